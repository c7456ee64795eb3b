import type { OpenContext } from '../../../engine/step/binding-kind.ts'
import { StepError } from '../../../engine/step/errors.ts'
import type { Secret } from '../../../engine/step/secret.ts'
import type { UserRole } from './config.ts'
import { usersIn, type ListedUser } from './listed-users.ts'
import type { Json } from '../../../engine/step/json.ts'

/** A user of the binding, at one cluster. */
export interface LoginWanted {
  readonly clusterId: string
  readonly name: string
  readonly role: UserRole
  readonly reference: string
}

/** How one tries: two commands of one program. */
export interface LoginTry {
  /** `user list`, which needs no login. */
  listUsers(): Promise<Json>
  /** @returns whether it was accepted */
  logIn(password: string): Promise<boolean>
}

/**
 * Logs users in, each once at a time, so that a wrong password is tried once however many wait for it. The engine remembers a refusal; what
 * was typed at a prompt is kept as long as the binding is open, so that it is asked for once.
 */
export class Logins {
  readonly #login: OpenContext['login']
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #typed = new Map<string, Secret>()

  constructor(login: OpenContext['login']) {
    this.#login = login
  }

  /**
   * @throws {StepError} `authentication` when the password was refused, now or earlier; `denied` when the user is locked, which is seen
   *   before anything is tried; `not-found`, `conflict` when the cluster has no such user in that role
   */
  logIn(wanted: LoginWanted, attempt: LoginTry): Promise<void> {
    const key = `${wanted.clusterId} ${wanted.name}`
    const earlier = this.#turns.get(key) ?? Promise.resolve()
    const turn = earlier.then(
      () => this.#logInNow(wanted, attempt),
      () => this.#logInNow(wanted, attempt),
    )
    this.#turns.set(key, turn)
    return turn
  }

  async #logInNow(wanted: LoginWanted, attempt: LoginTry): Promise<void> {
    const { clusterId, name, reference } = wanted
    refuseUnfit(wanted, usersIn(await attempt.listUsers()))
    const key = `${clusterId} ${name} ${reference}`
    const typed = this.#typed.get(key)
    if (typed !== undefined) return tryOnce(wanted, attempt, typed)
    const credential = { device: deviceOf(clusterId), user: name, reference }
    let isRead = false
    try {
      await this.#login(credential, async (secret) => {
        isRead = true
        await tryOnce(wanted, attempt, secret)
        if (reference === 'prompt') this.#typed.set(key, secret)
      })
    } catch (error) {
      // what is not found is the password, and nothing of the cluster's
      if (isRead || !StepError.is(error) || error.code !== 'not-found') throw error
      const hint = error.hint ?? `mend what \`${reference}\` refers to`
      throw new StepError('invalid', error.message, { hint, facts: error.facts, cause: error })
    }
  }
}

/** By what a refusal is remembered. */
function deviceOf(clusterId: string): string {
  return `CloudHSM cluster ${clusterId}`
}

async function tryOnce(wanted: LoginWanted, attempt: LoginTry, secret: Secret): Promise<void> {
  const { clusterId, name, reference } = wanted
  if (await attempt.logIn(secret.reveal())) return
  // an error is not told from another by its text: a cluster that still answers refused the password
  await attempt.listUsers()
  throw new StepError(
    'authentication',
    `cluster \`${clusterId}\` refused the password of \`${name}\` (\`${reference}\`)`,
    {
      hint: `mend what \`${reference}\` refers to; it was tried once, and five wrong ones in a row lock \`${name}\``,
    },
  )
}

/** A login that cannot work is not tried: each wrong one counts. */
function refuseUnfit({ clusterId, name, role }: LoginWanted, users: readonly ListedUser[]): void {
  const user = users.find(({ username }) => username === name)
  if (user === undefined)
    throw new StepError('not-found', `cluster \`${clusterId}\` has no user \`${name}\``, {
      hint: 'create the user first, or log in as another one with `as`',
    })
  if (user.role === 'unactivated-admin')
    throw new StepError('conflict', `cluster \`${clusterId}\` is not activated: nobody can log in`, {
      hint: 'activate it first with `cloudhsm.activate`',
    })
  if (user.role !== role)
    throw new StepError(
      'conflict',
      `user \`${name}\` of cluster \`${clusterId}\` is \`${user.role}\`, wanted \`${role}\``,
    )
  if (user.locked)
    throw new StepError('denied', `user \`${name}\` of cluster \`${clusterId}\` is locked`, {
      hint: 'another admin unlocks it with `user change-password`; nothing was tried',
    })
}
