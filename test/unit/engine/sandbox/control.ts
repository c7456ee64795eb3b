import { createServer, type RequestListener } from 'node:http'
import type { Environment } from '../../../../engine/document/environment.ts'
import { type ControlServer, startControlServer } from '../../../../engine/sandbox/control-server.ts'
import { FaultPlan } from '../../../../engine/sandbox/faults.ts'

export interface LiveControl extends AsyncDisposable {
  readonly server: ControlServer
  readonly faults: FaultPlan
  readonly reference: NonNullable<Environment['sandbox']>
}

/** A control service with a clock that stands still unless it is moved. */
export async function startControl(claims: Readonly<Record<string, string>> = {}, port = 0): Promise<LiveControl> {
  let now = 1_000
  const faults = new FaultPlan()
  const clock = {
    now: () => now,
    advanceTo(at: number) {
      if (!Number.isFinite(at)) throw new RangeError('no time')
      now = Math.max(now, at)
    },
  }
  const server = await startControlServer({ token: 'ours', clock, faults, claims: () => claims }, port)
  return {
    server,
    faults,
    reference: { control: `http://127.0.0.1:${server.port}`, token: 'ours' },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

/** Somebody else, who listens where a sandbox is expected. */
export async function startStranger(answer: RequestListener): Promise<AsyncDisposable & { readonly control: string }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on a port')
  return {
    control: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
