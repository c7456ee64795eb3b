import { createHmac, randomBytes } from 'node:crypto'
import { StepError } from '../../../engine/step/errors.ts'
import type { Secret } from '../../../engine/step/secret.ts'
import type { Handle } from './protocol.ts'
import type { SharedModule } from './shared-module.ts'

const digestKey = Symbol.for('runbook.pkcs11.digestKey')

/** Tells two PINs apart without keeping them: useless outside this process. */
function digest(pin: string): string {
  const holder = globalThis as { [digestKey]?: Buffer }
  return createHmac('sha256', (holder[digestKey] ??= randomBytes(32)))
    .update(pin)
    .digest('hex')
}

export interface LoginPlace {
  readonly module: SharedModule
  /** The token's serial number. */
  readonly serial: string
  /** A session that stays open: a token logs out when its last session is closed. */
  readonly session: Handle
  readonly where: string
}

/**
 * Logs in as the user. PKCS#11 has one login per process and token: whoever opens the token in this process again shares
 * it, and no second `C_Login` is sent.
 *
 * The PIN goes to the module as UTF-8; our bytes of it are overwritten afterwards. (pkcs11js takes a JavaScript string,
 * whose copy in the thread is left to the garbage collector.)
 *
 * @returns logs out, when the last one that shares the login is gone
 * @throws {StepError} `authentication` with `facts.credential`, never to be tried again by itself; `conflict` when the
 *   token is logged in with another PIN
 */
export async function login(place: LoginPlace, pin: Secret): Promise<() => Promise<void>> {
  const { module, serial, where } = place
  const earlier = module.loggingIn.get(serial)
  const turn = (earlier ?? Promise.resolve()).then(
    () => loginInTurn(place, pin),
    () => loginInTurn(place, pin),
  )
  module.loggingIn.set(serial, turn)
  await turn
  return async () => {
    const shared = module.logins.get(serial)
    if (!shared || --shared.users > 0) return
    module.logins.delete(serial)
    if (!shared.ours) return
    try {
      await module.call('logout', { session: place.session }, { where })
    } catch (error) {
      // the token has lost session or login by itself: nobody is logged in, as wanted
      if (!StepError.is(error) || error.code !== 'session') throw error
    }
  }
}

async function loginInTurn({ module, serial, session, where }: LoginPlace, pin: Secret): Promise<void> {
  const pinDigest = digest(pin.reveal())
  const shared = module.logins.get(serial)
  if (shared) {
    if (shared.digest !== pinDigest) {
      throw new StepError(
        'conflict',
        `${where} is logged in with \`${shared.reference}\`, and \`${pin.reference}\` is another PIN`,
        { hint: 'a process has one login per token: use one PIN reference for it' },
      )
    }
    shared.users++
    return
  }
  const bytes = new TextEncoder().encode(pin.reveal())
  const answer = await module.call('login', { session, pin: bytes }, { where, transfer: [bytes.buffer] })
  module.logins.set(serial, { digest: pinDigest, reference: pin.reference, ours: answer === 'fresh', users: 1 })
}
