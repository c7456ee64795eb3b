import { randomBytes } from 'node:crypto'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ScriptDeclaration } from '../../engine/step/script.ts'
import type { ChangingStepType, StepType } from '../../engine/step/step-type.ts'
import { script } from '../../steps/script/index.ts'
import { contextFor } from './contract-context.ts'
import { stepContract, type ContractWorld } from './step-contract.ts'

const planted = 'wJalrXUtnFEMI-planted-secret'
/** Of this process alone: programs of an effect are looked for on the whole machine, where other tests run. */
const effectId = `20261122-135012-k7m2q.${randomBytes(3).toString('hex')}`

const rotate = `
import { existsSync, mkdirSync } from 'node:fs'
export default ({ inputs: { folder } }) => {
  mkdirSync(folder + '/rotated')
  return { badges: 3 }
}`
const check = `
export function check({ inputs: { folder }, answer }) {
  if (!existsSync(folder + '/rotated')) return { state: 'absent' }
  return { state: 'satisfied', outputs: answer ?? { badges: 3 } }
}`

function typeOf(source: string, more: Partial<ScriptDeclaration> = {}): StepType {
  const bytes = Buffer.from(source)
  const type = script.script?.({
    path: '/ceremony/rotate-badges.mjs',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    effect: 'once',
    hasCheck: source.includes('function check'),
    outputs: {
      type: 'object',
      additionalProperties: false,
      required: ['badges'],
      properties: { badges: { type: 'integer', description: 'How many were rotated' } },
    },
    ...more,
  })
  if (type === undefined) throw new Error('the family makes no step type')
  return type
}

function changing(source: string, more: Partial<ScriptDeclaration> = {}): ChangingStepType {
  const type = typeOf(source, more)
  if (type.effect === 'read') throw new Error('a reading script')
  return type
}

async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-script-contract-'))
  return { folder, inputs: { folder }, close: () => rm(folder, { recursive: true }) }
}

async function world(): Promise<ContractWorld> {
  const { folder, inputs, close } = await place()
  process.env['AWS_SECRET_ACCESS_KEY'] = planted
  return {
    inputs,
    fingerprint: async () => (await readdir(folder)).sort().join(' '),
    secrets: [planted],
    async close() {
      delete process.env['AWS_SECRET_ACCESS_KEY']
      await close()
    },
  }
}

const declaredByRunbook = { declaredByRunbook: true } as const

stepContract(typeOf(rotate + check), world, {
  ...declaredByRunbook,
  failures: [
    {
      title: 'a script that fails',
      during: 'apply',
      provoke: ({ inputs: { folder } }) => mkdir(join(typeof folder === 'string' ? folder : '', 'rotated')),
      code: 'invalid',
      outcomeUnknown: true,
      recovers: false,
    },
  ],
})

stepContract(typeOf(rotate), world, { ...declaredByRunbook, firstLook: 'unknowable', seenByOthers: false })

stepContract(typeOf(`export default () => ({ badges: 3 })`, { effect: 'idempotent' }), world, {
  ...declaredByRunbook,
  firstLook: 'unknowable',
  seenByOthers: false,
})

stepContract(typeOf(`export default () => ({ badges: 3 })`, { effect: 'read' }), world, declaredByRunbook)

describe('a script after a crash', () => {
  it('is found done by its `check`, and cannot be told about without one', async () => {
    const { inputs, close } = await place()
    const [seeing, blind] = [changing(rotate + check), changing(rotate)]
    expect(await seeing.check(inputs, contextFor(undefined, { effectId }))).toEqual({ state: 'absent' })
    await seeing.apply(inputs, contextFor(undefined, { effectId }))
    expect(await seeing.check(inputs, contextFor(undefined, { effectId }))).toMatchObject({ state: 'satisfied' })
    expect(await blind.check(inputs, contextFor(undefined, { effectId }))).toEqual({
      state: 'unknowable',
      why: 'script `rotate-badges.mjs` has no `check`',
    })
    await close()
  })

  it.runIf(process.platform === 'linux')('is waited for while something that left its group still runs', async () => {
    const { inputs, close } = await place()
    const type = changing(`
      import { spawn } from 'node:child_process'
      export default () => ({ badges: spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid })`)
    const applied = await type.apply(inputs, contextFor(undefined, { effectId }))
    const { badges: pid } = applied as { readonly badges: number } // the script above returns it
    expect(await type.check(inputs, contextFor(undefined, { effectId }))).toEqual({
      state: 'pending',
      what: `what an earlier attempt started still runs: process ${pid}`,
    })
    process.kill(pid, 'SIGKILL')
    await close()
  })
})

describe('what a script returns', () => {
  it('is held against what its step declares, and what it did is not forgotten', async () => {
    const { inputs, close } = await place()
    const failing = (source: string) => changing(source).apply(inputs, contextFor(undefined, { effectId }))
    await expect(failing(`export default () => ({ badges: '3' })`)).rejects.toMatchObject({
      code: 'invalid',
      message: 'output `badges` of script `rotate-badges.mjs` must be integer',
      outcomeUnknown: true,
    })
    await expect(failing(`export default () => ({ badges: 3, more: 1 })`)).rejects.toThrow(
      'additional properties: `more`',
    )
    await expect(failing(`export default () => ({})`)).rejects.toThrow('must have required properties')
    await close()
  })

  it('is an answer of `check`, or is refused', async () => {
    const { inputs, close } = await place()
    const looking = (answer: string) =>
      changing(`export default () => ({})\nexport const check = () => (${answer})`, { hasCheck: true }).check(
        inputs,
        contextFor(undefined),
      )
    expect(await looking(`{ state: 'different', before: 1, after: 2 }`)).toEqual({
      state: 'different',
      before: 1,
      after: 2,
    })
    await expect(looking(`{ state: 'done' }`)).rejects.toThrow(
      'answered "done", wanted `state` to be one of `satisfied`',
    )
    await expect(looking(`{ state: 'pending' }`)).rejects.toThrow('answered `pending`, in which')
    await expect(looking(`{ state: 'satisfied' }`)).rejects.toThrow('without `outputs`')
    await expect(looking(`(() => { throw new Error('no route') })()`)).rejects.toMatchObject({
      message: 'script `rotate-badges.mjs` failed at line 2: no route',
      outcomeUnknown: false,
    })
    await close()
  })
})

it('does not run a script to plan it that has no `check`', async () => {
  const { folder, inputs, close } = await place()
  await changing(rotate).check(inputs, contextFor(undefined))
  expect(existsSync(join(folder, 'rotated'))).toBe(false)
  await close()
})
