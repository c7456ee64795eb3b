import { expect, it } from 'vitest'
import type { Preflight } from '../../../../engine/preflight/preflight.ts'
import { painter } from '../../../../engine/render/paint.ts'
import { renderPreflight } from '../../../../engine/render/render-preflight.ts'

const preflight: Preflight = {
  at: '2026-11-29T02:50:12.755Z',
  runbook: { name: 'portable-root', version: '1.0.0', title: 'Build a portable root CA' },
  environment: { name: 'house', kind: 'production' },
  targets: { rootToken: 'PKCS#11 token root-hsm', aws: 'AWS account 111122223333 (aws) in us-east-1' },
  findings: [
    { binding: 'rootToken', look: 'open', what: 'opened and verified', verdict: 'good', detail: 'label root-hsm' },
    {
      binding: 'rootToken',
      look: 'mechanisms',
      what: 'mechanism CKM_ECDSA',
      verdict: 'bad',
      detail: 'missing',
      hint: 'look',
    },
    { binding: 'aws', look: 'open', what: 'opened and verified', verdict: 'unknown', detail: 'step `a` makes it' },
    { binding: null, look: 'window', what: 'maintenance window', verdict: 'good', detail: 'open now' },
  ],
  totals: { good: 2, bad: 1, unknown: 1 },
}

it('is a table for each binding, a hint under what it is for', () => {
  expect(renderPreflight(preflight, painter(false))).toBe(`\
preflight    2026-11-29T02:50:12.755Z
runbook      portable-root 1.0.0: Build a portable root CA
environment  house (production)

rootToken: PKCS#11 token root-hsm
  good  opened and verified  label root-hsm
  bad   mechanism CKM_ECDSA  missing
                             hint: look

aws: AWS account 111122223333 (aws) in us-east-1
  unknown  opened and verified  step \`a\` makes it

this machine, people and times
  good  maintenance window  open now

4 findings: 2 good, 1 bad, 1 unknown; nothing was changed
a person must act before the window
`)
})

it('asks nobody to act when nothing is bad', () => {
  const fine = { ...preflight, findings: preflight.findings.slice(3), totals: { good: 1, bad: 0, unknown: 0 } }
  const text = renderPreflight(fine, painter(false))
  expect(text.trimEnd().split('\n').at(-1)).toBe('1 finding: 1 good, 0 bad, 0 unknown; nothing was changed')
})
