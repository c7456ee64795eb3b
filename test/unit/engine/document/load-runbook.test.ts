import { describe, expect, it } from 'vitest'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import { checkValue } from '../../../../engine/document/check-value.ts'
import { loadEnvironment } from '../../../../engine/document/load-environment.ts'
import { loadRehearsal } from '../../../../engine/document/load-rehearsal.ts'
import { loadRunbook } from '../../../../engine/document/load-runbook.ts'
import { matchEnvironment } from '../../../../engine/document/match-environment.ts'
import { resolveInputs } from '../../../../engine/document/resolve-inputs.ts'
import type { Runbook } from '../../../../engine/document/runbook.ts'
import { evaluate } from '../../../../engine/expressions/template.ts'
import { families } from '../../../golden/families.ts'

const text = `runbook: example
format: 1
version: 1.0.0
title: Example
again: converge
inputs:
  label: { type: string, description: Label, pattern: '^[a-z]+$' }
  size: { type: integer, description: Bits, default: 384 }
  names: { type: array, items: { type: string }, description: Names, default: [] }
  fast: { type: boolean, description: Whether, default: false }
bindings:
  rootToken: { kind: soft-token }
  backupToken: { kind: soft-token, description: The other one }
steps:
  - id: rootKey
    uses: keys.make
    target: rootToken
    with: { label: '\${{ inputs.label }}', algorithm: ec-p384, sizeBits: '\${{ inputs.size }}', extractable: '\${{ inputs.fast }}' }
    timeout: 2h
    retry: { on: [throttled], times: 5 }
    approval: { role: key-custodian, count: 2 }
    pointOfNoReturn: It exists
  - id: copy
    title: Copy it
    uses: keys.copy
    target: { from: rootToken, to: backupToken }
    with: { keyId: '\${{ steps.rootKey.outputs.keyId }}' }
    existing: refuse
  - id: clock
    uses: time.read
    with: { names: '\${{ inputs.names }}' }
outputs:
  keyId: \${{ steps.rootKey.outputs.keyId }}
`

describe('loadRunbook', () => {
  it('gives the checked tree', async () => {
    const { steps, ...runbook } = await load()
    expect(runbook).toMatchObject({ name: 'example', version: '1.0.0', again: 'converge', description: undefined })
    expect(runbook.inputs.get('size')).toMatchObject({ schema: { type: 'integer' }, default: 384 })
    expect(runbook.bindings.get('rootToken')).toMatchObject({ kind: 'soft-token', description: '' })
    expect(steps).toMatchObject([
      {
        ...{
          id: 'rootKey',
          number: '1',
          title: 'Makes a key pair in a token',
          target: 'rootToken',
          timeoutMs: 7_200_000,
        },
        ...{
          retry: { on: ['throttled'], times: 5 },
          approval: { role: 'key-custodian', count: 2 },
          pointOfNoReturn: 'It exists',
        },
        ...{ existing: undefined, type: { name: 'keys.make' } },
      },
      {
        id: 'copy',
        number: '2',
        title: 'Copy it',
        target: { from: 'rootToken', to: 'backupToken' },
        existing: 'refuse',
      },
      { id: 'clock', number: '3', target: undefined, timeoutMs: undefined, retry: undefined, approval: undefined },
    ])
    const inputs = { label: 'root', size: 384, names: [], fast: true }
    const [first] = steps
    if (first?.kind !== 'step') throw new Error('it is a step')
    const made = evaluate(first.with, {
      inputs,
      steps: {},
    })
    expect(made).toEqual({ label: 'root', algorithm: 'ec-p384', sizeBits: 384, extractable: true })
    expect(checkValue({ label: 'root', algorithm: 'ec-p384' }, first.type.inputs)).toEqual([])
  })

  it('ends quickly for a file at the size limit', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => `  - { id: s${index}, uses: time.read, title: x }`).join(
      '\n',
    )
    const source = sourceFile('f', `${text.slice(0, text.indexOf('inputs:'))}steps:\n${many}\n`)
    expect((await loadRunbook(source, families)).diagnostics).toEqual([])
  })
})

describe('resolveInputs', () => {
  it('takes arguments before files before the environment before defaults', async () => {
    const environment = await site('inputs:\n  example: { label: fromenv, size: 1, names: [e] }\n')
    const files = [sourceFile('one.json', '{"label": "fromfile", "size": 2}'), sourceFile('two.yaml', 'size: 3\n')]
    const given = { arguments: ['label=fromargument', 'names=["a","b"]'], files, environment }
    const { values, diagnostics } = await resolveInputs(await load(), given)
    expect(diagnostics).toEqual([])
    expect(values).toEqual({ label: 'fromargument', size: 2, names: ['a', 'b'], fast: false })
  })

  it.each([
    ['label=x=y', { label: 'x=y' }, 'wrong-form'],
    ['label=', {}, 'wrong-form'],
    ['size=0x10', {}, 'wrong-type'],
    ['size=1.5', {}, 'wrong-type'],
    ['size=12345678901234567890', {}, 'wrong-type'],
    ['fast=yes', {}, 'wrong-type'],
    ['names=a', {}, 'wrong-type'],
    ['names=[1]', {}, 'wrong-type'],
    ['label', {}, 'wrong-form'],
    ['lable=x', {}, 'unknown-input'],
  ])('refuses %s', async (argument, _, code) => {
    const { values, diagnostics } = await resolveInputs(await load(), {
      arguments: [argument],
      files: [sourceFile('f', 'label: a')],
    })
    expect(values).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code, source: { path: '--input' } }])
  })

  it('says where a missing input is declared', async () => {
    const { diagnostics } = await resolveInputs(await load(), {})
    expect(diagnostics).toMatchObject([{ code: 'missing-input', source: { path: 'f.yaml' } }])
  })

  it('refuses a file that is no map of inputs', async () => {
    const { diagnostics } = await resolveInputs(await load(), {
      arguments: ['label=a'],
      files: [sourceFile('f', '- a\n')],
    })
    expect(diagnostics).toMatchObject([{ code: 'wrong-type', source: { path: 'f' } }])
  })
})

describe('matchEnvironment', () => {
  it('finds nothing wrong with a site that has all', async () => {
    expect(matchEnvironment(await load(), await site(''))).toEqual([])
  })
})

describe('loadRehearsal', () => {
  it('gives templates over what the simulators say and what the world made', async () => {
    const source = sourceFile(
      'r.yaml',
      `rehearsal: example
format: 1
bindings: { rootToken: { label: a }, backupToken: {} }
world:
  - { id: old, uses: keys.make, target: rootToken, with: { label: old, algorithm: ec-p256 } }
inputs: { label: '\${{ world.old.outputs.keyId + bindings.rootToken.serial }}' }
expect:
  - { title: same, holds: '\${{ outputs.keyId == "k" }}' }
`,
    )
    const { rehearsal, diagnostics } = await loadRehearsal(source, await load(), families)
    expect(diagnostics).toEqual([])
    if (rehearsal === undefined) throw new Error('no rehearsal')
    const world = { old: { outputs: { keyId: 'k' } } }
    expect(evaluate(rehearsal.inputs, { world, bindings: { rootToken: { serial: 'S' } } })).toEqual({ label: 'kS' })
    expect(rehearsal.expect.map(({ holds }) => evaluate(holds, { outputs: { keyId: 'k' } }))).toEqual([true])
    const words = rehearsal.bindings.get('rootToken')
    expect(words && evaluate(words, {})).toEqual({ label: 'a' })
  })
})

async function load(): Promise<Runbook> {
  const { runbook, diagnostics } = await loadRunbook(sourceFile('f.yaml', text), families)
  expect(diagnostics).toEqual([])
  if (runbook === undefined) throw new Error('no runbook')
  return runbook
}

async function site(more: string) {
  const bindings = ['rootToken', 'backupToken']
    .map((name) => `  ${name}: { kind: soft-token, label: a, pin: env:PIN }\n`)
    .join('')
  const source = sourceFile(
    'site.yaml',
    `environment: site\nformat: 1\nkind: test\nbindings:\n${bindings}approvers: { key-custodian: [alice, bob] }\nallowedSigners: test/golden/ok/allowed_signers\n${more}`,
  )
  const { environment, diagnostics } = await loadEnvironment(source, families)
  expect(diagnostics).toEqual([])
  if (environment === undefined) throw new Error('no environment')
  return environment
}
