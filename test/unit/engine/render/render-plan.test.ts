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

const known = { targets: [], fidelity: 'exact' as const, inputs: [], waitsFor: [] }
const nested: readonly PlannedStep[] = [
  { ...known, id: 'both', number: '1', title: 'At once', uses: 'parallel', decision: 'block' },
  { ...known, id: 'pause', number: '1.1', title: 'Let it expire', uses: 'wait', decision: 'wait', durationMs: 600_000 },
  {
    ...{ ...known, id: 'seal', number: '1.2', title: 'Close the seal', uses: 'manual', decision: 'ask' as const },
    ...{ inputs: ['Close it'], condition: 'steps.pause.outputs.late' },
  },
  { ...known, id: 'users', number: '2', title: 'Users', uses: 'forEach', decision: 'block', inputs: ['- a'], items: 2 },
  ...['alice', '%C3%A5sa'].map((key) => ({
    ...{
      ...known,
      id: `create[${key}]`,
      number: '2.1',
      title: 'Create',
      uses: 'file.write',
      decision: 'make' as const,
    },
    ...{ targets: ['out'], inputs: [`name: ${key}`, 'mode: 600'] },
  })),
  {
    ...known,
    id: 'publish',
    number: '3',
    title: 'Publish',
    uses: 'group',
    decision: 'skip',
    condition: 'inputs.publish',
  },
  {
    ...{ ...known, id: 'count', number: '4', title: 'Count', uses: 'script.run', decision: 'run' as const },
    ...{ fidelity: 'opaque' as const, note: 'the script has no `check`' },
  },
]

it('indents what blocks hold, shows of items only what differs, and counts steps alone', () => {
  const text = renderPlan({ ...plan, steps: nested, scripts: { 'count.mjs': 'ab12' } }, painter(false))
  expect(text.slice(text.indexOf('rootToken'))).toBe(`rootToken    token serial 1
count.mjs    script, SHA-256 ab12

1 both  at the same time  At once

  1.1 pause  waits 10 min  Let it expire

  1.2 seal  a person does it  Close the seal
    only if steps.pause.outputs.late
      Close it

2 users  for each of 2 items  Users

  2.1 create[alice]  + makes  Create
    file.write on out (exact)
      name: alice
      mode: 600
  2.1 create[åsa]  + makes  Create
      name: %C3%A5sa

3 publish  skipped  Publish
  does not hold: inputs.publish

4 count  ? runs  Count
  script.run (opaque)
  ! the script has no \`check\`

5 steps: 4 exact, 0 estimated, 1 opaque
opaque, done without a look: 4 count
opened and logged in to rootToken; nothing was changed
`)
})

const now = Date.parse('2026-11-29T02:00:00Z')
const open = {
  open: true as const,
  until: now + 3_600_000,
  ends: 'it ends',
  title: 'Change 4711',
  zone: 'Europe/Berlin',
}

it.each([
  [
    'the window that is open',
    open,
    60_000,
    'window       Change 4711, until 2026-11-29 04:00 Europe/Berlin (03:00 UTC)\n',
  ],
  ['that it is too short', open, 7_200_000, '(03:00 UTC), sooner than what is ahead typically takes\n'],
  [
    'why it is closed',
    { open: false as const, why: 'no window is open', opensAt: undefined, title: undefined, zone: 'UTC' },
    60_000,
    'window       closed: no window is open\n',
  ],
])('shows %s, and how long the run typically takes', (_, window, typicalMs, line) => {
  const text = renderPlan(plan, painter(false), { window, now, typicalMs })
  expect(text).toContain(line)
  expect(text).toContain(`typically takes ${typicalMs === 60_000 ? '60 s' : '2 h'}\n`)
})
