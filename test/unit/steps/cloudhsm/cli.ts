import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { cloudHsmClientSimulator } from '../../../../steps/cloudhsm/simulator/client/client-simulator.ts'
import { TestWorld } from '../aws/sandbox.ts'
import { clusterOf, createdCluster, type Hsm, type HsmStart, makeAnchor, pem, signedFor, startHsm } from './hsm.ts'

export interface Envelope {
  readonly error_code: number
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A user and how they log in: `admin`'s role is `admin`, everybody else's is told. */
export interface As {
  readonly user: string
  readonly role?: 'admin' | 'crypto-user'
  readonly password?: string
}

/** The password of a user that a test makes. */
export const passwordFor = (user: string): string => `${user}-password`

/** The client software of one machine, and the cluster that it is configured for. */
export class Client {
  readonly hsm: Hsm
  readonly clusterId: string
  readonly folder: string
  readonly files = mkdtempSync(join(tmpdir(), 'runbook-hsm-files-'))
  /** Files with the passwords of users that were there from the beginning. */
  passwords: Readonly<Record<string, string>> = {}

  constructor(hsm: Hsm, clusterId: string, folder: string) {
    this.hsm = hsm
    this.clusterId = clusterId
    this.folder = folder
  }

  /** Runs a program to its end. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const path = join(this.folder, 'bin', program)
      const child = execFile(
        path,
        [...args],
        { env: { PATH: process.env['PATH'], ...env } },
        (error, stdout, stderr) => {
          if (error !== null && typeof error.code !== 'number')
            reject(new Error(`${program} was killed`, { cause: error }))
          else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
        },
      )
      child.stdin?.end(input)
    })
  }

  /** One command in single-command mode; its words as one text, split at blanks. */
  async cli(words: string, as?: As, extra: readonly string[] = []): Promise<Envelope> {
    const { stdout } = await this.run(
      'cloudhsm-cli',
      [...words.split(' '), ...extra],
      as === undefined ? {} : this.#env(as),
    )
    return JSON.parse(stdout.slice(stdout.indexOf('{')))
  }

  /** The `data` of a command that succeeds. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async ok(words: string, as?: As, extra: readonly string[] = []): Promise<any> {
    const { error_code: code, data } = await this.cli(words, as, extra)
    if (code !== 0) throw new Error(`${words}: ${JSON.stringify(data)}`)
    return data
  }

  passwordOf(user: string): string {
    const path = this.passwords[user]
    return path === undefined ? passwordFor(user) : readFileSync(path, 'utf8').trimEnd()
  }

  #env({ user, role = user === 'admin' ? 'admin' : 'crypto-user', password = this.passwordOf(user) }: As) {
    return { CLOUDHSM_ROLE: role, CLOUDHSM_PIN: `${user}:${password}` }
  }

  interactive(): Interactive {
    return new Interactive(
      spawn(join(this.folder, 'bin', 'cloudhsm-cli'), ['interactive'], { env: { PATH: process.env['PATH'] } }),
    )
  }

  path(name: string): string {
    return join(this.files, name)
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content)
    return this.path(name)
  }
}

/** `cloudhsm-cli interactive`. */
export class Interactive {
  readonly child: ChildProcess
  #text = ''
  #wake: () => void = () => undefined

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.on('data', (chunk) => {
      this.#text += String(chunk)
      this.#wake()
    })
    child.once('exit', () => this.#wake())
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  /** Sends a line, types what is asked for, and gives back the envelope. */
  async send(line: string, ...typed: readonly string[]): Promise<Envelope> {
    await this.#until(/aws-cloudhsm > $/)
    this.#text = ''
    this.child.stdin?.write(`${line}\n`)
    for (const answer of typed) {
      await this.#until(/password:$/)
      this.#text = ''
      this.child.stdin?.write(`${answer}\n`)
    }
    const text = await this.#until(/\n\}\n/)
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  async ok(line: string, ...typed: readonly string[]): Promise<any> {
    const { error_code: code, data } = await this.send(line, ...typed)
    if (code !== 0) throw new Error(`${line}: ${JSON.stringify(data)}`)
    return data
  }

  async killed(): Promise<void> {
    const end = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await end
  }

  async #until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.child.exitCode !== null) throw new Error(`the program ended: ${this.#text}`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    return this.#text
  }
}

/** The client software of a machine, of the simulator that a rehearsal has. */
export async function startClient(hsm: Hsm, clusterId: string, wanted: JsonObject = {}): Promise<Client> {
  const world = new TestWorld()
  const running = await cloudHsmClientSimulator.start(world)
  onTestFinished(() => running.stop())
  const { entry } = await running.binding('hsmClient', { endpoint: hsm.endpoint, ...wanted })
  const { folder } = entry
  if (typeof folder !== 'string') throw new Error('the client has no folder')
  return new Client(hsm, clusterId, folder)
}

export interface Cluster extends HsmStart {
  readonly hsms?: number
  readonly hsmType?: string
  readonly client?: JsonObject
  /** Of {@link active}: what else the seed says of the cluster. */
  readonly words?: JsonObject
  /** Of {@link active}: the simulated people. */
  readonly people?: JsonObject
}

/** A cluster that is INITIALIZED, and a client that is configured for it. */
export async function initialized({ hsmType = 'hsm2m.medium', client, ...start }: Cluster = {}): Promise<Client> {
  const hsm = await startHsm(start)
  const id = await createdCluster(hsm, { HsmType: hsmType })
  await hsm.client.createHsm({ ClusterId: id, AvailabilityZone: 'us-east-1a' })
  await clusterOf(hsm, id)
  const csr = String((await clusterOf(hsm, id))?.Certificates?.ClusterCsr)
  const anchor = makeAnchor()
  const TrustAnchor = pem(anchor.certificate)
  await hsm.client.initializeCluster({ ClusterId: id, SignedCert: pem(signedFor(csr, anchor)), TrustAnchor })
  hsm.world.pass(60 * 60_000)
  const machine = await startClient(hsm, id, client)
  writeFileSync(join(machine.folder, 'etc', 'customerCA.crt'), TrustAnchor)
  await machine.run('configure-cli', ['--cluster-id', id, '--region', 'us-east-1', '--endpoint', hsm.endpoint])
  return machine
}

/** One that is ACTIVE from the beginning, with two HSMs, an admin and a crypto user `cu`, and what else is said of it. */
export async function active({
  hsms = 2,
  hsmType = 'hsm2m.medium',
  client,
  words,
  people,
  ...start
}: Cluster = {}): Promise<Client> {
  const root = { hsms, hsmType, users: { cryptoUsers: ['cu'] }, ...words }
  const hsm = await startHsm({
    ...start,
    wanted: { cloudhsm: { clusters: { root }, ...(people === undefined ? {} : { people }) } },
  })
  // what a seed is told to make it tells of
  const { clusters } = hsm.facts['cloudhsm'] as unknown as { clusters: { root: SeededFacts } }
  const { id, trustAnchorPem, users } = clusters.root
  const machine = await startClient(hsm, id, client)
  machine.passwords = Object.fromEntries(
    Object.entries(users).map(([name, { password }]) => [name, password.slice('file:'.length)]),
  )
  writeFileSync(join(machine.folder, 'etc', 'customerCA.crt'), trustAnchorPem)
  await machine.run('configure-cli', ['--cluster-id', id])
  return machine
}

interface SeededFacts {
  readonly id: string
  readonly trustAnchorPem: string
  readonly users: Readonly<Record<string, { readonly role: string; readonly password: string }>>
}

const zones = ['us-east-1b', 'us-east-1c']

export async function addHsms({ hsm, clusterId }: Client, count: number): Promise<void> {
  hsm.world.pass(60 * 60_000)
  for (const AvailabilityZone of zones.slice(0, count)) {
    await hsm.client.createHsm({ ClusterId: clusterId, AvailabilityZone })
    hsm.world.pass(60 * 60_000)
  }
  await clusterOf(hsm, clusterId)
}
