import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { CommandResult } from '../../engine/step/capabilities.ts'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { argvSchema, expectationSchema, expectEnd, programOf, resultFields } from './expectation.ts'
import { asTracingHost } from './tracing-host.ts'

const inputs = Type.Object(
  {
    argv: argvSchema('A program and its arguments; no shell reads them. Never put a secret here'),
    expect: Type.Optional(expectationSchema),
    check: Type.Optional(
      Type.Object(
        {
          argv: argvSchema('A program that only looks whether it was done'),
          doneExitCode: Type.Optional(
            Type.Integer({ description: 'Its exit code when it was; 0 unless said', minimum: 0, maximum: 255 }),
          ),
          notDoneExitCode: Type.Optional(
            Type.Integer({ description: 'Its exit code when it was not; 1 unless said', minimum: 0, maximum: 255 }),
          ),
        },
        {
          description: 'How to see whether it was done; without it a person is asked after a crash',
          additionalProperties: false,
        },
      ),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    from: Type.Enum(['run', 'check'], {
      description: 'Which program the rest is of: `check` when it was done already',
    }),
    ...resultFields,
  },
  { additionalProperties: false },
)

type Context = CheckContext<'host'>
type Answer = CheckAnswer<Static<typeof outputs>>

/** Runs a program that changes something, once. */
export const run = defineStep({
  name: 'command.run',
  summary: 'Runs a program that changes something, once; with a `check` it can be seen whether it was done',
  version: 1,
  inputs,
  outputs,
  target: 'host',
  permissions: ['to run the named programs'],
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  examples: [
    {
      title: 'Create a folder for the ceremony once',
      yaml: `
id: makeFolder
uses: command.run
target: workstation
with:
  argv: [mkdir, /srv/ceremony]
  check: { argv: [test, -d, /srv/ceremony] }
`,
    },
  ],
  notRehearsed: ['what the program does: runbook knows its exit code and what it writes, not what it changes'],
  async check(given, context): Promise<Answer> {
    const { effectId, answer, target, signal } = context
    if (signal.aborted) throw new StepError('cancelled', 'stopped on request before anything was looked at')
    if (answer !== undefined && given.check === undefined)
      return { state: 'satisfied', outputs: Value.Parse(outputs, answer) }
    const left = effectId === undefined || answer !== undefined ? [] : await asTracingHost(target)?.running(effectId)
    if (left !== undefined && left.length > 0)
      return { state: 'pending', what: `the program of an earlier attempt still runs: process ${left.join(', ')}` }
    if (given.check === undefined) return { state: 'unknowable', why: 'the step has no `check`' }
    const looked = await lookWith(given.check, context)
    if (looked.state === 'satisfied' && answer !== undefined)
      return { state: 'satisfied', outputs: Value.Parse(outputs, answer) }
    if (looked.state === 'absent' && left === undefined)
      return {
        state: 'unknowable',
        why: `\`${target.name}\` cannot tell whether the program of an earlier attempt still runs`,
      }
    return looked
  },
  async apply({ argv, expect }, { target, effectId, signal }) {
    const program = programOf(argv)
    const host = asTracingHost(target)
    const result =
      host === undefined ? await target.exec(program, { signal }) : await host.exec(program, { signal, effectId })
    // however it ended, it began, and what it did before is not known
    expectEnd(program[0], result, expect, true)
    return { ...outputsOf('run', result) }
  },
  undo: 'impossible',
})

async function lookWith(
  check: NonNullable<Static<typeof inputs>['check']>,
  { target, signal }: Context,
): Promise<Answer> {
  const program = programOf(check.argv)
  const { doneExitCode = 0, notDoneExitCode = 1 } = check
  const result = await target.exec(program, { signal })
  if (result.exitCode === doneExitCode) return { state: 'satisfied', outputs: outputsOf('check', result) }
  if (result.exitCode === notDoneExitCode) return { state: 'absent' }
  throw new StepError(
    'conflict',
    `\`${program[0]}\` ended with exit code ${result.exitCode}, which says neither done (${doneExitCode}) nor not done (${notDoneExitCode})`,
    {
      facts: { exitCode: result.exitCode, stderr: result.stderr.slice(-2_000) },
      hint: "name the two exit codes in the step's `check`",
    },
  )
}

function outputsOf(
  from: 'run' | 'check',
  { exitCode, stdout, stderr, truncated }: CommandResult,
): Static<typeof outputs> {
  return { from, exitCode, stdout, stderr, truncated }
}
