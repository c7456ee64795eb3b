import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { outputTo } from '../../../../engine/cli/output.ts'
import { reportFailure } from '../../../../engine/cli/report-failure.ts'
import { fetchSecret } from '../../../../engine/environment/secrets.ts'
import { redactor } from '../../../../engine/redaction/redactor.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import { capturedStream } from './captured-stream.ts'

afterEach(() => {
  delete process.env['RUNBOOK_TEST_SECRET']
})

/** As passwords, keys and multi-line secrets are; without brackets, which the replacement has. */
const secret = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 10, maxLength: 40 }).filter((text) => !/[[\]]/.test(text)),
  fc.stringMatching(/^[0-9]{6,12}$/),
  fc
    .array(fc.stringMatching(/^[A-Za-z0-9+/]{16,64}$/), { minLength: 2, maxLength: 4 })
    .map((lines) => lines.join('\n')),
)

/** What a careless program does with a secret that it was given. */
const careless: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => `wrong password ${value} for cu`,
  json: (value) => JSON.stringify({ password: value }),
  // a short one inside the base64 of something longer is what the redactor cannot tell from other text
  base64: (value) =>
    `Authorization: Basic ${Buffer.from(value.length < 8 ? value : `cu:${value}:${value}`).toString('base64')}`,
  hex: (value) => `C_Login(${Buffer.from(value).toString('hex')})`,
  address: (value) => `https://host/?token=${encodeURIComponent(value)}&x`,
}

it('whatever an error says, no secret that was fetched is printed, with and without `--json`', async () => {
  await fc.assert(
    fc.asyncProperty(secret, fc.constantFrom(...Object.keys(careless)), fc.boolean(), async (value, how, json) => {
      process.env['RUNBOOK_TEST_SECRET'] = value
      const fetched = await fetchSecret('env:RUNBOOK_TEST_SECRET', 'cu', {
        baseFolder: '/',
        ask: () => Promise.resolve(undefined),
        sources: new Map(),
        target: () => undefined,
        signal: new AbortController().signal,
      })
      const said = (careless[how] ?? String)(fetched.reveal())
      const error = new StepError('bug', said, { hint: said, facts: { said }, cause: new Error(said) })
      const { stream, written } = capturedStream()
      const output = outputTo(stream, {}, true)
      reportFailure(error, { stdout: output, stderr: output, json, again: said })
      await output.flush()
      const printed = written()
      const event = JSON.stringify(redactor.json({ type: 'step-failed', message: said, [said]: [said] }))
      for (const text of [printed, event]) {
        expect(text).toContain('[secret env:RUNBOOK_TEST_SECRET]')
        const rest = text.replaceAll('[secret env:RUNBOOK_TEST_SECRET]', '')
        const base64 = Buffer.from(value).toString('base64').slice(0, -4)
        for (const form of [value, base64, Buffer.from(value).toString('hex')]) expect(rest).not.toContain(form)
      }
    }),
    { numRuns: 200 },
  )
})
