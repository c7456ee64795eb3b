import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { defineBindingKind, type OpenBinding, type OpenContext } from '../../../engine/step/binding-kind.ts'
import type { HsmClient } from '../../../engine/step/capabilities.ts'
import { StepError } from '../../../engine/step/errors.ts'
import { programEnvironment, runningPrograms } from '../../../engine/step/programs.ts'
import { systemError } from '../../../engine/step/system-error.ts'
import { isLoopback } from '../../aws/loopback.ts'
import { branded, type CloudHsmClient } from './client.ts'
import { clustersOf } from './configuration.ts'
import type { CliCommand } from './cli-command.ts'
import { type CommandParts, runCommand } from './command.ts'
import { clientConfig, type ClientConfig } from './config.ts'
import { Logins } from './login.ts'
import { type ClientPrograms, programPath, runTool } from './program.ts'
import { openDesk } from './quorum/desk.ts'

/** AWS CloudHSM's client software on this machine. */
export const cloudHsmClientBinding = defineBindingKind({
  name: 'cloudhsm-client',
  summary: "AWS CloudHSM's client software on this machine: `cloudhsm-cli`, and who may log in with it",
  provides: 'hsm-client',
  config: clientConfig,
  claims: ({ folder, users }) => `CloudHSM client ${folder} as ${Object.keys(users).sort().join(', ') || 'nobody'}`,
  open,
})

async function open(entry: ClientConfig, context: OpenContext): Promise<OpenBinding<HsmClient>> {
  await refuseOutside(entry, context)
  const { folder } = entry
  const environment = programEnvironment(process.env, context.sandbox ? folder : undefined)
  const programs: ClientPrograms = { folder, environment: { ...environment, ...profileOf(entry) } }
  const version = await versionOf(programs, context)
  const programSha256 = await digestOf(programs)
  const parts: CommandParts = {
    programs,
    logins: new Logins(context.login),
    passwords: entry.passwords ?? 'prompt',
    user: (name) => userOf(entry, context, name),
  }
  const quorumFolder = entry.quorumFolder === undefined ? undefined : resolve(context.baseFolder, entry.quorumFolder)
  const quorum = quorumFolder === undefined ? undefined : openDesk(quorumFolder, parts)
  const client: CloudHsmClient = branded({
    name: context.name,
    version,
    users: Object.fromEntries(
      Object.entries(entry.users).map(([name, { role, password: reference }]) => [name, { role, reference }]),
    ),
    folder,
    endpoint: entry.endpoint,
    quorum,
    run: (command) =>
      runCommand(parts, command).catch(async (error: unknown) => {
        throw await whyRefused(error, command, folder)
      }),
    configure: (tool, args, signal) => runTool(programs, `configure-${tool}`, args, { signal }),
    user: parts.user,
    async stillRunning(effectId) {
      const found = await runningPrograms(effectId)
      const pid = quorum?.request(effectId)?.pid
      return found?.filter((each) => each !== pid)
    },
  })
  return {
    capability: client,
    facts: { folder, version, programSha256, users: Object.keys(entry.users).sort().join(', ') },
    async verify() {
      const found = await digestOf(programs)
      if (found !== programSha256)
        throw new StepError(
          'conflict',
          `binding \`${context.name}\`: \`cloudhsm-cli\` has SHA-256 \`${found}\`, it had \`${programSha256}\` when it was opened`,
        )
    },
    close: async () => quorum?.close(),
  }
}

/** An error of the CLI has no code that says why: a look at a cluster that it was not configured for never reached it. */
async function whyRefused(error: unknown, { clusterId, effectId }: CliCommand, folder: string): Promise<unknown> {
  if (!StepError.is(error) || error.facts['errorCode'] === undefined || effectId !== undefined) return error
  const known = await clustersOf({ folder }, 'cli')
  if (known.includes(clusterId) || known.includes('')) return error
  return new StepError('not-found', `the client in \`${folder}\` is not configured for cluster \`${clusterId}\``, {
    hint: 'configure it with `cloudhsm.configure-client`, or with `configure-cli`',
    cause: error,
  })
}

/** In a sandbox only its own programs run, and they reach loopback only. */
async function refuseOutside(
  { folder, endpoint, profile }: ClientConfig,
  { sandbox, name, baseFolder }: OpenContext,
): Promise<void> {
  const wrong = (message: string): StepError => new StepError('invalid', `binding \`${name}\`: ${message}`)
  if (!sandbox) {
    if (endpoint !== undefined) throw wrong('`endpoint` is for a sandbox')
    return
  }
  if (endpoint === undefined || !isLoopback(endpoint))
    throw wrong(`a sandbox reaches loopback only, but \`endpoint\` is \`${endpoint ?? 'absent'}\``)
  if (profile !== undefined) throw wrong('`profile` has no meaning in a sandbox')
  if (!(await isInside(folder, baseFolder)))
    throw new StepError(
      'denied',
      `binding \`${name}\`: a sandbox runs its own \`cloudhsm-cli\` only, found \`${folder}\``,
    )
}

async function isInside(path: string, folder: string): Promise<boolean> {
  const whole = await realpath(path).catch(() => path)
  const way = relative(await realpath(folder), whole)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

function profileOf({ profile }: ClientConfig): Readonly<Record<string, string>> {
  return profile === undefined ? {} : { AWS_PROFILE: profile }
}

async function versionOf(programs: ClientPrograms, { name, signal }: OpenContext): Promise<string> {
  const { exitCode, stdout } = await runTool(programs, 'cloudhsm-cli', ['--version'], { signal })
  const version = /\d+(\.\d+)+(-\d+)?/.exec(stdout)?.[0]
  if (exitCode === 0 && version !== undefined) return version
  throw new StepError('invalid', `binding \`${name}\`: \`cloudhsm-cli --version\` does not tell a version`, {
    hint: 'install Client SDK 5',
    facts: { exitCode },
  })
}

async function digestOf(programs: ClientPrograms): Promise<string> {
  const path = programPath(programs, 'cloudhsm-cli')
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  } catch (error) {
    throw systemError(error, `\`${path}\` could not be read`)
  }
}

function userOf({ users }: ClientConfig, { name: binding }: OpenContext, name: string) {
  const user = users[name]
  if (user !== undefined) return { role: user.role, reference: user.password }
  throw new StepError('not-found', `binding \`${binding}\` has no user \`${name}\``, {
    hint: `add \`${name}\` to its \`users\`, with the place of the password`,
  })
}
