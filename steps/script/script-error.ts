import { errorCodes, StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { copyNameOf } from './copy-name.ts'
import type { ScriptResult } from './script-result.ts'

export interface EndedScript {
  /** Of its file: `rotate-badges.mjs`. */
  readonly name: string
  readonly exitCode: number
  /** The end of what it wrote. */
  readonly stdout: string
  readonly stderr: string
}

/**
 * A script that did not return what it must, in the words of the taxonomy.
 *
 * What it throws keeps its own `code` when that is one of the taxonomy's (but `cancelled` and `bug`), its `hint`, and what it says
 * about `outcomeUnknown`; anything else is `invalid`, and once the script's own code was reached its outcome is unknown.
 *
 * @param result `undefined` when the process ended without writing one
 */
export function scriptError(
  ended: EndedScript,
  result: Exclude<ScriptResult, { ended: 'returned' }> | undefined,
): StepError {
  const { name, exitCode } = ended
  const fail = (
    what: string,
    hint?: string,
    code: ErrorCode = 'invalid',
    outcomeUnknown = result?.began ?? true,
  ): StepError =>
    new StepError(code, `script \`${name}\` ${what}`, {
      outcomeUnknown,
      facts: factsOf(ended),
      ...(hint === undefined ? {} : { hint }),
    })
  switch (result?.ended) {
    case undefined:
      return fail(
        `was ended with exit code ${exitCode}${lastWords(ended)}`,
        'look at what ended it: a signal, or too little memory',
      )
    case 'early':
      return fail(
        `ended with exit code ${result.exitCode} before its function returned${lastWords(ended)}`,
        'return the outputs or throw an error instead of ending the process, and await what was begun',
      )
    case 'no-object':
      return fail(`returned a ${result.found}, wanted an object of its outputs`)
    case 'no-function':
      return fail(`exports no function as \`${result.name}\``)
    case 'undeclared-check':
      return fail('exports `check`, which the runbook does not say', 'add `check: true` to the step')
    case 'thrown':
      return result.began ? thrown(result, name, fail) : notLoaded(result, name, fail)
  }
}

type Thrown = Extract<ScriptResult, { ended: 'thrown' }>
type Fail = (what: string, hint?: string, code?: ErrorCode, outcomeUnknown?: boolean) => StepError

function thrown(result: Thrown, name: string, fail: Fail): StepError {
  const known = errorCodes.find((each) => each === result.code)
  // these two are the engine's to say
  const code = known === undefined || known === 'cancelled' || known === 'bug' ? 'invalid' : known
  const what = `failed${positionOf(result, name)}: ${messageOf(result)}`
  return fail(what, result.hint, code, result.outcomeUnknown ?? true)
}

function notLoaded(result: Thrown, name: string, fail: Fail): StepError {
  return fail(
    `cannot be loaded${positionOf(result, name)}: ${messageOf(result)}`,
    'a script exports a default function, and `check` where the runbook says `check: true`; it imports `node:` modules and `zx` alone',
  )
}

function messageOf({ message, command }: Thrown): string {
  if (command === undefined) return clipped(message.trim().split('\n')[0] ?? '') || 'an error without a message'
  const { exitCode, signal, stderr } = command
  const end = typeof exitCode === 'number' ? `exit code ${exitCode}` : `signal ${signal ?? 'unknown'}`
  return `a command ended with ${end}${quoted(lastLine(stderr))}`
}

/** Where in the script, from the first place of the stack that is in it. */
function positionOf({ stack, message }: Thrown, name: string): string {
  const file = copyNameOf(name).replaceAll('.', String.raw`\.`)
  const found = new RegExp(`module/${file}:(\\d+)`).exec(`${stack}\n${message}`)
  return found === null ? '' : ` at line ${found[1]}`
}

/** The exit code of the process says nothing: it ends by ending its group. */
function factsOf({ stdout, stderr }: EndedScript): Readonly<Record<string, string>> {
  return {
    ...(stdout === '' ? {} : { stdout: stdout.slice(-2_000) }),
    ...(stderr === '' ? {} : { stderr: stderr.slice(-2_000) }),
  }
}

function lastWords({ stdout, stderr }: EndedScript): string {
  return quoted(lastLine(stderr) || lastLine(stdout))
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? ''
}

function quoted(line: string): string {
  return line === '' ? '' : `: \`${clipped(line)}\``
}

function clipped(line: string): string {
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
