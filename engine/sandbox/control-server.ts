import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { SimulatorClock } from '../step/simulator.ts'
import type { FaultPlan } from './faults.ts'

export interface ControlParts {
  readonly token: string
  readonly clock: SimulatorClock
  readonly faults: FaultPlan
  /** What each binding of this sandbox claims to be. */
  claims(): { readonly [binding: string]: string }
}

export interface ControlServer {
  readonly port: number
  stop(): Promise<void>
}

/**
 * The sandbox's control service, on loopback. Each request is `POST`, JSON in and out, with the header `x-runbook-sandbox`:
 *
 * - `/handshake {nonce}` → `{proof, claims}`: proof is HMAC-SHA-256 of the nonce under the environment's token, hex
 * - `/clock {}` → `{now}`
 * - `/clock/advance {to}` → `{now}`
 * - `/faults {add}` → `{}`
 */
export async function startControlServer(parts: ControlParts, keptPort: number): Promise<ControlServer> {
  const server = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      reply(response, 400, { message: error instanceof Error ? error.message : String(error) })
    })
  })
  const port = await listen(keptPort).catch(() => listen(0)) // the kept port may be taken by somebody else by now
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function listen(wanted: number): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(wanted, '127.0.0.1', () => {
        server.removeListener('error', reject)
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : wanted)
      })
    })
  }
}

async function answer(parts: ControlParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return reply(response, 405, { message: 'POST only' })
  const body = await readBody(request)
  if (request.url === '/handshake') {
    const proof = createHmac('sha256', parts.token).update(text(body, 'nonce')).digest('hex')
    return reply(response, 200, { proof, claims: parts.claims() })
  }
  if (request.headers['x-runbook-sandbox'] !== parts.token)
    return reply(response, 403, { message: 'not of this sandbox' })
  switch (request.url) {
    case '/clock':
      return reply(response, 200, { now: parts.clock.now() })
    case '/clock/advance':
      parts.clock.advanceTo(time(body, 'to'))
      return reply(response, 200, { now: parts.clock.now() })
    case '/faults':
      parts.faults.add(text(body, 'add'))
      return reply(response, 200, {})
    case undefined:
    default:
      return reply(response, 404, { message: 'no such control' })
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array)) // an IncomingMessage gives bytes
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
  if (typeof value !== 'object' || value === null) throw new Error('the body is not an object')
  return value as Record<string, unknown> // members are checked where they are used
}

function text(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (typeof value !== 'string') throw new Error(`\`${name}\` is missing`)
  return value
}

function time(body: Record<string, unknown>, name: string): number {
  const value = body[name]
  if (typeof value !== 'number') throw new Error(`\`${name}\` is no time`)
  return value
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
