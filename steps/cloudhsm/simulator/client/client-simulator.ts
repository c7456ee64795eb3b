import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { StepError } from '../../../../engine/step/errors.ts'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { runProgram as runHere } from '../../../../engine/step/run-program.ts'
import type { Simulator } from '../../../../engine/step/simulator.ts'
import { readConfiguration, writeConfiguration } from './client-configuration.ts'
import { programNames, runProgram } from './client-program.ts'
import { ProgramDesk, scriptOf } from './program-desk.ts'

/** What a rehearsal file says of a `cloudhsm-client` binding. */
const wantedSchema = Type.Object(
  {
    endpoint: Type.String({ description: 'Endpoint of the simulated AWS whose HSMs it reaches' }),
    users: Type.Optional(
      Type.Record(Type.String(), Type.Object({ role: Type.String(), password: Type.Optional(Type.String()) })),
    ),
    /** Clusters that it was configured for long ago: what the simulated CloudHSM says of those that are there from the beginning. */
    clusters: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object({
          id: Type.String(),
          trustAnchorPem: Type.String(),
          hsms: Type.Array(Type.Object({ eniIp: Type.String() })),
        }),
      ),
    ),
    quorumFolder: Type.Optional(Type.String()),
    passwords: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

/** Simulates the client software of CloudHSM, SDK 5: real programs with the documented syntax, which reach simulated HSMs. */
export const cloudHsmClientSimulator: Simulator = {
  name: 'simulated CloudHSM client',
  bindingKind: 'cloudhsm-client',
  notRehearsed: [
    'the programs of the CloudHSM client that production runs, and where their answers differ from the documentation',
    'the network between the client and the HSMs: ports 2223 to 2225, security groups, TLS',
    'people: simulated ones set their passwords, register their keys and sign quorum tokens by themselves, and always come',
    'the PKCS#11 library of CloudHSM: a SoftHSM token stands for each crypto user',
  ],
  async start({ folder }) {
    const desks: ProgramDesk[] = []
    return {
      async binding(name, wanted) {
        const home = join(folder, name)
        const { endpoint, users = {}, clusters = {}, quorumFolder, passwords } = wantedOf(wanted)
        desks.push(await placePrograms(home, endpoint))
        for (const each of Object.values(clusters)) await configureFor(home, each)
        const quorum = quorumFolder ?? join(home, 'quorum')
        await mkdir(quorum, { recursive: true })
        const entry = {
          folder: home,
          endpoint,
          users: Object.fromEntries(Object.entries(users).map(([user, words]) => [user, placeOf(home, user, words)])),
          quorumFolder: quorum,
          ...(passwords === undefined ? {} : { passwords }),
        }
        return { entry, facts: { users: entry.users } }
      },
      async stop() {
        for (const desk of desks.splice(0)) await desk.close()
      },
    }
  },
}

function wantedOf(wanted: JsonObject): Static<typeof wantedSchema> {
  if (Value.Check(wantedSchema, wanted)) return wanted
  const [first] = Value.Errors(wantedSchema, wanted)
  throw new StepError(
    'invalid',
    `a simulated CloudHSM client is not described by this: \`${first?.instancePath ?? ''}\` ${first?.message ?? ''}`,
    { hint: 'give `endpoint`, and where wanted `users`, `clusters`, `quorumFolder` and `passwords`' },
  )
}

/** A user whose password does not exist yet has a place for it. */
function placeOf(home: string, user: string, words: { role: string; password?: string }): JsonObject {
  const password = words.password ?? `file:${join(home, 'passwords', user)}`
  return { role: words.role, password }
}

/** As `configure-cli` and `configure-pkcs11` left it; what was configured since stays. */
async function configureFor(
  home: string,
  { id, trustAnchorPem, hsms }: NonNullable<Static<typeof wantedSchema>['clusters']>[string],
): Promise<void> {
  const anchor = join(home, 'etc', `customerCA-${id}.crt`)
  if (existsSync(anchor)) return
  for (const tool of ['cli', 'pkcs11'] as const) {
    const configuration = readConfiguration(home, tool)
    const servers = hsms.map(({ eniIp: hostname }) => ({ hostname, port: 2223, enable: true }))
    const options = { disable_key_availability_check: false }
    const cluster = { hsm_ca_file: anchor, servers, options }
    const others = configuration.clusters.filter((each) => each.id !== id)
    writeConfiguration(home, tool, { ...configuration, clusters: [...others, { id, type: 'hsm1', cluster }] })
  }
  await writeFile(anchor, trustAnchorPem)
}

/** The desk listens elsewhere at each start; the scripts stay as they are. */
async function placePrograms(home: string, endpoint: string): Promise<ProgramDesk> {
  await requireBash()
  for (const each of ['bin', 'etc', 'passwords']) await mkdir(join(home, each), { recursive: true, mode: 0o700 })
  const desk = await ProgramDesk.open(home, ({ name, ...started }) =>
    runProgram(name, { ...started, folder: home, endpoint }),
  )
  for (const name of programNames) {
    const path = join(home, 'bin', name)
    await writeFile(`${path}.new`, scriptOf(name), { mode: 0o700 })
    await chmod(`${path}.new`, 0o700) // one that was left there has its own
    await rename(`${path}.new`, path)
  }
  return desk
}

/** @throws {StepError} `not-found`, which names it */
async function requireBash(): Promise<void> {
  const { PATH = '' } = process.env
  await runHere(['bash', '-c', ':'], { folder: '/', environment: { PATH }, signal: new AbortController().signal })
}
