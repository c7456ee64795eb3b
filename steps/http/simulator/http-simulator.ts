import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { createFileDurably } from '../../../engine/step/durable-file.ts'
import type { JsonObject } from '../../../engine/step/json.ts'
import {
  faultNames,
  type RunningSimulator,
  type Simulator,
  type SimulatorWorld,
} from '../../../engine/step/simulator.ts'
import { isLoopback } from '../site-url.ts'
import { answeredMethods } from './answer.ts'
import { PublishedStore } from './published-store.ts'
import { startSiteServer } from './site-server.ts'

const wantedSchema = Type.Object(
  {
    /** A site that another simulator serves, such as the CRLs of a simulated AWS: then none is made. */
    url: Type.Optional(Type.String({ pattern: '^http://' })),
    /** Whether publishing wants a bearer token. */
    authorization: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
)

/** A web server on loopback: real HTTP, one site a binding, files that outlive it. */
export const httpSimulator: Simulator = {
  name: 'simulated web server',
  bindingKind: 'http-site',
  notRehearsed: [
    'TLS, DNS and caches in front of the production web server',
    'who may publish there, by which credential, and how much',
  ],
  start,
}

async function start({ folder, ledger, faults }: SimulatorWorld): Promise<RunningSimulator> {
  for (const method of answeredMethods) faults.declare?.('http', method, faultNames)
  const tokenFolder = join(folder, 'tokens')
  await mkdir(tokenFolder, { recursive: true, mode: 0o700 })
  const store = await PublishedStore.open(join(folder, 'changes'), ledger)
  const tokens = new Map<string, string>()
  const tokenOf = (path: string): string | undefined => tokens.get(path.split('/')[1] ?? '')
  const kept = await readIfThere(join(folder, 'port'))
  const { port, stop } = await startSiteServer({ store, faults, tokenOf }, Number(kept ?? 0))
  if (kept === undefined) await createFileDurably(join(folder, 'port'), Buffer.from(String(port)))
  return {
    async binding(name, wanted) {
      const { url, authorization } = wish(wanted)
      if (url !== undefined) return { entry: { url }, facts: { url } }
      const own = `http://127.0.0.1:${port}/${name}/`
      if (!authorization) return { entry: { url: own }, facts: { url: own } }
      const path = join(tokenFolder, name)
      tokens.set(name, await findOrMakeToken(path))
      return { entry: { url: own, authorization: `file:${path}` }, facts: { url: own } }
    },
    stop,
  }
}

function wish(wanted: JsonObject) {
  const { url, authorization } = Value.Parse(wantedSchema, Value.Default(wantedSchema, { ...wanted }))
  if (url !== undefined && !isLoopback(new URL(url)))
    throw new Error(`a site of a sandbox is on loopback, found \`${url}\``)
  return { url, authorization }
}

async function findOrMakeToken(path: string): Promise<string> {
  const there = await readIfThere(path)
  if (there !== undefined) return there
  const token = randomBytes(24).toString('base64url')
  await createFileDurably(path, Buffer.from(token))
  return token
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
