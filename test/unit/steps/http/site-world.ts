import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import type { FaultName, RunningSimulator } from '../../../../engine/step/simulator.ts'
import { httpSiteBinding } from '../../../../steps/http/binding.ts'
import { asHttpSite, type HttpSite } from '../../../../steps/http/http-site.ts'
import { httpSimulator } from '../../../../steps/http/simulator/http-simulator.ts'

/** A sandbox of nothing but a web server. */
export interface SiteWorld {
  readonly folder: string
  /** Effects that the server committed: `PUT /site/root.crl`. */
  readonly ledger: string[]
  /** Faults still to come, by operation. */
  readonly faults: Map<string, FaultName>
  /** Every operation that the server was asked for. */
  readonly asked: string[]
  /** Starts it again on the same folder. */
  restart(): Promise<void>
  site(wanted?: JsonObject): Promise<HttpSite>
  /** The entry of the environment for one site. */
  entry(wanted?: JsonObject): Promise<{ readonly url: string; readonly authorization?: string }>
  close(): Promise<void>
}

export async function siteWorld(): Promise<SiteWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-http-'))
  const known = new Set<string>()
  const ledger: string[] = []
  const asked: string[] = []
  const faults = new Map<string, FaultName>()
  const world = {
    folder: join(folder, 'world'),
    tokenFolder: join(folder, 'tokens'),
    clock: { now: Date.now, advanceTo: () => undefined },
    ledger: {
      commit: ({ operation, resource, id = '' }: { operation: string; resource: string; id?: string }) => {
        if (known.has(id)) return
        known.add(id)
        ledger.push(`${operation} ${resource}`)
      },
    },
    faults: {
      take: (_service: string, operation: string) => {
        asked.push(operation)
        const fault = faults.get(operation)
        faults.delete(operation)
        return fault
      },
    },
  }
  let running: RunningSimulator = await httpSimulator.start(world)
  const entry: SiteWorld['entry'] = async (wanted = {}) => {
    // the simulator's entry is held against the binding kind's schema by a test
    return (await running.binding('site', wanted)).entry as { url: string; authorization?: string }
  }
  return {
    folder,
    ledger,
    faults,
    asked,
    entry,
    async restart() {
      await running.stop()
      running = await httpSimulator.start(world)
    },
    async site(wanted) {
      const opened = await httpSiteBinding.open(await entry(wanted), openContext({ sandbox: true }))
      return asHttpSite(opened.capability)
    },
    async close() {
      await running.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** What the engine gives to a binding kind; secrets are read from their files. */
export function openContext({ sandbox }: { readonly sandbox: boolean }): Parameters<typeof httpSiteBinding.open>[1] {
  return {
    name: 'pki',
    runId: '20261122-135012-k7m2q',
    baseFolder: '/',
    sandbox,
    signal: new AbortController().signal,
    login: async ({ reference }, attempt) =>
      attempt(new Secret(reference, await readFile(reference.replace(/^file:/, ''), 'utf8'))),
  }
}

/** A CRL's outer shape: a SEQUENCE of one INTEGER. */
export function sampleCrl(number: number): { readonly der: Uint8Array; readonly pem: string } {
  const der = Uint8Array.of(0x30, 3, 2, 1, number)
  const base64 = Buffer.from(der).toString('base64')
  return { der, pem: `-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\n` }
}
