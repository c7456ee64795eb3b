import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SandboxReference } from '../document/environment.ts'
import { NeedsPerson } from '../run/run-stop.ts'

/** What a live sandbox said of itself. */
export interface Handshake {
  /** Binding name to what the sandbox's own binding claims to be. */
  readonly claims: { readonly [binding: string]: string }
}

/**
 * Makes sure that the sandbox which made an environment runs: it has to know the environment's token.
 *
 * @throws {NeedsPerson} `approval` when nobody, or somebody else, answers
 */
export async function shakeHands(reference: SandboxReference): Promise<Handshake> {
  const nonce = randomBytes(16).toString('hex')
  const answer = await ask(reference, '/handshake', { nonce })
  const wanted = createHmac('sha256', reference.token).update(nonce).digest()
  const proof = Buffer.from(String(answer['proof']), 'hex')
  if (proof.length !== wanted.length || !timingSafeEqual(proof, wanted))
    throw notOurs(reference, 'somebody else answers there')
  return { claims: answer['claims'] as Handshake['claims'] } // proven to come from a sandbox of ours
}

/** The sandbox's time; milliseconds since the epoch. */
export async function readClock(reference: SandboxReference): Promise<number> {
  return timeOf(reference, await ask(reference, '/clock', {}))
}

/** Moves the sandbox's time to `to` unless it is past already; gives back where it is now. */
export async function advanceClock(reference: SandboxReference, to: number): Promise<number> {
  return timeOf(reference, await ask(reference, '/clock/advance', { to }))
}

function timeOf(reference: SandboxReference, { now }: Record<string, unknown>): number {
  if (typeof now === 'number') return now
  throw notOurs(reference, 'somebody else answers there')
}

/** A sandbox answers at once; whoever takes the connection and says nothing is none. */
const longestAnswerMs = 10_000

async function ask(reference: SandboxReference, path: string, body: object): Promise<Record<string, unknown>> {
  const url = new URL(path, reference.control)
  if (url.hostname !== '127.0.0.1') throw notOurs(reference, 'a sandbox answers on 127.0.0.1 only')
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-runbook-sandbox': reference.token },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(longestAnswerMs),
  }).catch((error: unknown) => {
    throw notOurs(reference, 'nobody answers there', error)
  })
  if (!response.ok) throw notOurs(reference, `it answered ${response.status}`)
  const value: unknown = await response.json().catch(() => undefined)
  if (typeof value !== 'object' || value === null) throw notOurs(reference, 'somebody else answers there')
  return value as Record<string, unknown> // members are checked where they are used
}

function notOurs(reference: SandboxReference, why: string, cause?: unknown): NeedsPerson {
  return new NeedsPerson('sandbox', `the sandbox at \`${reference.control}\` cannot be used: ${why}`, {
    hint: 'start it again with `runbook sandbox --dir DIR`, where DIR is the folder of this environment',
    cause,
  })
}
