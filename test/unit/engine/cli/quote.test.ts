import { expect, it } from 'vitest'
import { quoteCommand } from '../../../../engine/cli/quote.ts'

it('quotes what a shell would take apart', () => {
  expect(quoteCommand(['runbook', 'apply', 'a.yaml', '--input', "s=CN=It's a Root"])).toBe(
    `runbook apply a.yaml --input 's=CN=It'\\''s a Root'`,
  )
})
