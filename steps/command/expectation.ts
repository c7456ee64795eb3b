import { constants } from 'node:os'
import { type Static, Type } from 'typebox'
import type { CommandResult } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'

/** A program and its arguments. No shell reads them, so nothing in them is expanded. */
export const argvSchema = (description: string) =>
  Type.Array(Type.String(), { description, minItems: 1, 'x-runbook-wants': 'a list of a program and its arguments' })

export const expectationSchema = Type.Object(
  {
    exitCode: Type.Optional(
      Type.Integer({ description: 'Exit code that means success; 0 unless said', minimum: 0, maximum: 255 }),
    ),
    stdoutContains: Type.Optional(
      Type.String({ description: 'Text that must be in what it wrote to stdout', minLength: 1 }),
    ),
  },
  { description: 'What success looks like', additionalProperties: false },
)

export type Expectation = Static<typeof expectationSchema>

/** How a program ended, as outputs carry it. */
export const resultFields = {
  exitCode: Type.Integer({ description: 'Its exit code; 128 and the number when a signal ended it' }),
  stdout: Type.String({ description: 'What it wrote to stdout, at most 1 MiB' }),
  stderr: Type.String({ description: 'What it wrote to stderr, at most 1 MiB' }),
  truncated: Type.Boolean({ description: 'Whether it wrote more than that' }),
}

/** The list as a program and its arguments. @throws {StepError} `invalid` when there is no program */
export function programOf(argv: readonly string[]): readonly [string, ...string[]] {
  const [program, ...args] = argv
  if (program === undefined || program === '') throw new StepError('invalid', '`argv` names no program')
  return [program, ...args]
}

/** @throws {StepError} `invalid` when a program did not end as it must; facts hold the end of what it wrote to stderr */
export function expectEnd(
  program: string,
  result: CommandResult,
  wanted: Expectation = {},
  outcomeUnknown = false,
): void {
  const { exitCode, stdout, stderr } = result
  const facts = { exitCode, stderr: stderr.slice(-2_000) }
  const wantedCode = wanted.exitCode ?? 0
  if (exitCode !== wantedCode)
    throw new StepError(
      'invalid',
      `\`${program}\` ended with exit code ${exitCode}${signalName(exitCode)}, wanted ${wantedCode}${lastLine(stderr)}`,
      { facts, outcomeUnknown },
    )
  if (wanted.stdoutContains !== undefined && !stdout.includes(wanted.stdoutContains))
    throw new StepError('invalid', `\`${program}\` did not write \`${wanted.stdoutContains}\` to stdout`, {
      facts,
      outcomeUnknown,
    })
}

function signalName(exitCode: number): string {
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  return found === undefined ? '' : ` (\`${found[0]}\`)`
}

function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return line === '' ? '' : `: \`${line.length > 200 ? `${line.slice(0, 199)}…` : line}\``
}
