import { expect, it } from 'vitest'
import type { Plan, PlannedStep } from '../../../../engine/plan/plan.ts'
import { painter } from '../../../../engine/render/paint.ts'
import { renderPlan } from '../../../../engine/render/render-plan.ts'

const step: PlannedStep = {
  id: 'signRoot',
  number: '2',
  title: 'Sign the root',
  uses: 'x509.sign',
  targets: ['rootToken'],
  decision: 'make',
  fidelity: 'estimated',
  inputs: ['key: (known after `rootKey`)'],
  waitsFor: ['rootKey'],
  approval: { role: 'key-custodian', count: 2, expiresMs: 1000 },
  pointOfNoReturn: 'it is published',
}

const plan: Plan = {
  format: 1,
  id: '6f4344c3d15535c8',
  created: '2026-11-22T14:00:00.000Z',
  expires: '2026-11-29T14:00:00.000Z',
  runbook: { name: 'portable-root', version: '1.0.0', title: 'Build a root', path: '/r.yaml', sha256: '' },
  environment: { name: 'lab', kind: 'test', path: '/e.yaml', sha256: '' },
  inputs: {},
  tool: '0.1.0',
  stepTypes: {},
  scripts: {},
  targets: { rootToken: 'token serial 1' },
  steps: [step],
}

it('shows decision, fidelity, unknowns, gates and totals', () => {
  expect(renderPlan(plan, painter(false))).toBe(`plan         6f4344c3d15535c8, expires 2026-11-29T14:00:00.000Z
runbook      portable-root 1.0.0: Build a root
environment  lab (test)
rootToken    token serial 1

2 signRoot  + makes  Sign the root
  x509.sign on rootToken (estimated: known after rootKey)
  approval by 2 of role key-custodian
  point of no return: it is published
    key: (known after \`rootKey\`)

1 step: 0 exact, 1 estimated, 0 opaque
opened and logged in to rootToken; nothing was changed
`)
})

it('shows only what changes of a setting', () => {
  const changes = { ...step, decision: 'change' as const, before: { a: 1, b: 2 }, after: { a: 1, b: 3 } }
  const text = renderPlan({ ...plan, steps: [changes] }, painter(false))
  expect(text).toContain('  - b: 2\n  + b: 3\n')
  expect(text).not.toContain('a: 1')
})

it('says where apply would stop', () => {
  const conflict = { ...step, decision: 'conflict' as const, note: 'another key has that label' }
  expect(renderPlan({ ...plan, steps: [conflict] }, painter(false))).toContain(
    'apply would stop at 2 signRoot: another key has that label\n',
  )
})
