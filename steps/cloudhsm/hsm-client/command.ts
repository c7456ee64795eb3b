import { StepError } from '../../../engine/step/errors.ts'
import type { Json } from '../../../engine/step/json.ts'
import type { Secret } from '../../../engine/step/secret.ts'
import type { CliCommand } from './cli-command.ts'
import { commandLine } from './command-line.ts'
import type { ClientConfig } from './config.ts'
import type { Envelope } from './envelope.ts'
import type { InteractiveSession } from './interactive-session.ts'
import type { Logins, LoginTry, LoginWanted } from './login.ts'
import { type ClientPrograms, runSingle, spoken, startInteractive } from './program.ts'

export interface CommandParts {
  readonly programs: ClientPrograms
  readonly logins: Logins
  readonly passwords: NonNullable<ClientConfig['passwords']>
  /** @throws {StepError} `not-found` */
  user(name: string): Pick<LoginWanted, 'role' | 'reference'>
}

/** As {@link CloudHsmClient.run}. */
export async function runCommand(parts: CommandParts, command: CliCommand): Promise<Json> {
  const { words, as, newPassword, effectId, signal } = command
  if (signal.aborted) throw new StepError('cancelled', `stopped on request before \`${spoken(words)}\` was sent`)
  const single = newPassword === undefined && (as === undefined || parts.passwords === 'environment')
  if (single) return dataOf(command, await runAlone(parts, command))
  const session = await startInteractive(parts.programs, command.clusterId, { signal, effectId })
  try {
    if (as !== undefined) await logInTo(parts, session, command.clusterId, as, signal)
    return await runIn(parts, session, command)
  } finally {
    await session.close()
  }
}

/** Runs a command in a session that is open, whoever is logged in there. */
export async function runIn(parts: CommandParts, session: InteractiveSession, command: CliCommand): Promise<Json> {
  const { words, newPassword, effectId, signal } = command
  const argument = newPassword !== undefined && parts.passwords === 'argument'
  const answer = await session.send({
    text: commandLine(argument ? [...words, '--password', typable(newPassword)] : words),
    what: spoken(words),
    typed: newPassword === undefined || argument ? [] : [typable(newPassword), typable(newPassword)],
    changes: effectId !== undefined,
    signal,
  })
  return dataOf(command, answer)
}

/** Logs a user of the binding in to a session. */
export async function logInTo(
  parts: CommandParts,
  session: InteractiveSession,
  clusterId: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const user = parts.user(name)
  const words = ['login', '--username', name, '--role', user.role]
  const list = { clusterId, words: ['user', 'list'], signal }
  const attempt: LoginTry = {
    listUsers: () => runIn(parts, session, list),
    async logIn(password) {
      const argument = parts.passwords === 'argument'
      const line = { what: 'login', changes: false, signal }
      const answer = await session
        .send({
          ...line,
          text: commandLine(argument ? [...words, '--password', password] : words),
          typed: argument ? [] : [oneLine(password, user.reference)],
        })
        .catch((error: unknown) => {
          throw unanswered(error, name)
        })
      return answer.errorCode === 0
    },
  }
  await parts.logins.logIn({ clusterId, name, ...user }, attempt)
}

/** Single-command mode; a login is its own command in the environment, so it is tried first with one that only looks. */
async function runAlone(parts: CommandParts, command: CliCommand): Promise<Envelope> {
  const { clusterId, words, as, effectId, signal } = command
  const at = ['--cluster-id', clusterId]
  if (as === undefined) return runSingle(parts.programs, [...words, ...at], { signal, effectId })
  const user = parts.user(as)
  let variables: Readonly<Record<string, string>> = {}
  await parts.logins.logIn(
    { clusterId, name: as, ...user },
    {
      listUsers: async () => {
        const list = { clusterId, words: ['user', 'list'], signal }
        return dataOf(list, await runAlone(parts, list))
      },
      async logIn(password) {
        variables = { CLOUDHSM_ROLE: user.role, CLOUDHSM_PIN: `${as}:${password}` }
        const look = ['key', 'list', '--max-items', '1', ...at]
        const answer = await runSingle(parts.programs, look, { signal, variables }).catch((error: unknown) => {
          throw unanswered(error, as)
        })
        return answer.errorCode === 0
      },
    },
  )
  return runSingle(parts.programs, [...words, ...at], { signal, variables, effectId })
}

function dataOf({ words, clusterId, effectId }: CliCommand, { errorCode, data }: Envelope): Json {
  if (errorCode === 0) return data
  const said = typeof data === 'string' ? `: ${data.slice(0, 300)}` : ''
  const changes = effectId !== undefined
  throw new StepError(
    changes ? 'device' : 'transient',
    `cluster \`${clusterId}\` answered \`${spoken(words)}\` with error code ${errorCode}${said}`,
    // by its code alone it cannot be told from one that some HSMs did
    { outcomeUnknown: changes, facts: { errorCode } },
  )
}

/** A password that may have been tried is not tried again by itself. */
function unanswered(error: unknown, name: string): unknown {
  if (!StepError.is(error) || error.code !== 'transient') return error
  return new StepError('session', `the login of \`${name}\` had no answer`, {
    hint: 'look whether the cluster answers and the user is not locked, then resume',
    facts: error.facts,
    cause: error,
  })
}

function typable(secret: Secret): string {
  return oneLine(secret.reveal(), secret.reference)
}

/** What is typed ends with the line: the rest would be taken for a command. */
function oneLine(password: string, reference: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/[\u0000-\u001f\u007f]/.test(password)) return password
  throw new StepError('invalid', `the password of \`${reference}\` has a line end or control character in it`)
}
