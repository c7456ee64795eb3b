import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { describeFailure } from '../../../../engine/cli/describe-failure.ts'
import { painter } from '../../../../engine/render/paint.ts'
import { renderFailure } from '../../../../engine/render/render-failure.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import type { Family } from '../../../../engine/step/family.ts'
import { defineStep } from '../../../../engine/step/step-type.ts'
import { strict, toy } from '../../../crash/toys/define.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite } from '../../../crash/toys/site.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

const findings = [
  { item: 'backup', verdict: 'bad' },
  { item: 'users', verdict: 'good' },
]

const posture = defineStep({
  ...toy,
  name: 'toy.posture',
  summary: 'Looks at everything',
  effect: 'read',
  inputs: Type.Object({}, strict),
  outputs: Type.Object(
    {
      findings: Type.Array(Type.Object({ item: Type.String(), verdict: Type.String() }, strict)),
      bad: Type.Integer(),
    },
    strict,
  ),
  check: () => Promise.resolve({ state: 'satisfied' as const, outputs: { findings, bad: 1 } }),
})

const families: readonly Family[] = [{ ...toyFamily, stepTypes: [...toyFamily.stepTypes, posture] }]

it('shows the tables of the steps that an assertion reads, when it does not hold', async () => {
  await using site = await openSite()
  const runbook = await loadToy(
    `
  - { id: posture, uses: toy.posture, target: world }
  - { id: other, uses: toy.posture, target: world }
  - id: fine
    assert: \${{ steps.posture.outputs.bad == 0 }}
    message: '\${{ steps.posture.outputs.bad }} findings are bad'
`,
    { families },
  )
  const error: unknown = await applyRunbook(await site.parts(runbook)).catch((thrown: unknown) => thrown)
  const failure = describeFailure(error, { done: [], notDone: [], goOn: '' })
  expect(failure).toMatchObject({ code: 'invalid', tables: { 'posture.findings': findings } })
  expect(renderFailure(failure, painter(false), false)).toContain(`
posture.findings:
  item    verdict
  backup  bad
  users   good

done:`)
})
