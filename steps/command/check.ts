import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import { argvSchema, expectationSchema, expectEnd, programOf, resultFields } from './expectation.ts'

/** Runs a program that only looks; that it does is its author's word. */
export const check = defineStep({
  name: 'command.check',
  summary: 'Runs a program that only looks, also for a plan, and stops the run when it does not end as wanted',
  version: 1,
  inputs: Type.Object(
    {
      argv: argvSchema('A program that changes nothing, and its arguments; no shell reads them'),
      expect: Type.Optional(expectationSchema),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(resultFields, { additionalProperties: false }),
  target: 'host',
  permissions: ['to run the named program'],
  effect: 'read',
  examples: [
    {
      title: 'Refuse to begin without OpenSSL 3',
      yaml: `
id: openssl
uses: command.check
target: workstation
with:
  argv: [openssl, version]
  expect: { stdoutContains: OpenSSL 3 }
`,
    },
  ],
  notRehearsed: ['that the program only looks'],
  async check({ argv, expect }, { target, signal }) {
    const program = programOf(argv)
    const { exitCode, stdout, stderr, truncated } = await target.exec(program, { signal })
    const result = { exitCode, stdout, stderr, truncated }
    expectEnd(program[0], result, expect)
    return { state: 'satisfied', outputs: result }
  },
})
