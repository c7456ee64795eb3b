import { join } from 'node:path'
import type { CommandResult } from '../../../engine/step/capabilities.ts'
import { StepError } from '../../../engine/step/errors.ts'
import { effectVariable, startProgram } from '../../../engine/step/programs.ts'
import { runProgram } from '../../../engine/step/run-program.ts'
import { systemError } from '../../../engine/step/system-error.ts'
import { type Envelope, envelopeIn } from './envelope.ts'
import { InteractiveSession } from './interactive-session.ts'

/** The programs of the client software: how they are started, and nothing of what they are told. */
export interface ClientPrograms {
  readonly folder: string
  /** All that they get of the environment. */
  readonly environment: Readonly<Record<string, string>>
}

export interface StartOptions {
  readonly signal: AbortSignal
  /** Added to the environment; never in an error. */
  readonly variables?: Readonly<Record<string, string>>
  /** Marks the program as one of an effect. */
  readonly effectId?: string | undefined
}

export type ToolName = 'cloudhsm-cli' | 'configure-cli' | 'configure-pkcs11'

export function programPath({ folder }: ClientPrograms, tool: ToolName): string {
  return join(folder, 'bin', tool)
}

/**
 * Runs a tool to its end.
 *
 * @throws {StepError} `not-found`, `denied`, `invalid` when it could not start; `cancelled`
 */
export function runTool(
  programs: ClientPrograms,
  tool: ToolName,
  args: readonly string[],
  { signal, variables, effectId }: StartOptions,
): Promise<CommandResult> {
  const environment = environmentOf(programs, variables, effectId)
  return runProgram([programPath(programs, tool), ...args], { folder: programs.folder, environment, signal })
}

/**
 * Runs one command in single-command mode.
 *
 * @throws {StepError} as {@link runTool}; `transient` when it ended without an answer, with `outcomeUnknown` for one of an effect
 */
export async function runSingle(
  programs: ClientPrograms,
  words: readonly string[],
  options: StartOptions,
): Promise<Envelope> {
  const changes = options.effectId !== undefined
  const result = await runTool(programs, 'cloudhsm-cli', words, options)
  try {
    const found = envelopeIn(result.stdout)
    if (found !== undefined) return found.envelope
  } catch {
    // told below
  }
  throw new StepError('transient', `\`cloudhsm-cli\` ended without an answer to \`${spoken(words)}\``, {
    outcomeUnknown: changes,
    facts: { exitCode: result.exitCode, stderr: result.stderr.slice(-500) },
  })
}

/** Starts `cloudhsm-cli interactive` for one cluster. @throws {StepError} `not-found`, `denied`, `invalid`, `cancelled` */
export async function startInteractive(
  programs: ClientPrograms,
  clusterId: string,
  { signal, effectId }: StartOptions,
): Promise<InteractiveSession> {
  const program = programPath(programs, 'cloudhsm-cli')
  if (signal.aborted) throw new StepError('cancelled', `stopped on request before \`${program}\` began`)
  const place = { folder: programs.folder, environment: environmentOf(programs, {}, effectId) }
  try {
    return new InteractiveSession(await startProgram([program, 'interactive', '--cluster-id', clusterId], place))
  } catch (error) {
    throw systemError(error, `program \`${program}\` could not be started`)
  }
}

/** A command as messages name it: its words up to the first option. */
export function spoken(words: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith('-'))
  return (end < 0 ? words : words.slice(0, end)).join(' ')
}

function environmentOf(
  { environment }: ClientPrograms,
  variables: Readonly<Record<string, string>> = {},
  effectId: string | undefined,
): Readonly<Record<string, string>> {
  return { ...environment, ...variables, ...(effectId === undefined ? {} : { [effectVariable]: effectId }) }
}
