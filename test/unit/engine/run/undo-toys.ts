import { Type } from 'typebox'
import type { RunHost } from '../../../../engine/run/host.ts'
import type { Family } from '../../../../engine/step/family.ts'
import { defineStep } from '../../../../engine/step/step-type.ts'
import { wholeOutputs } from '../../../../engine/step/whole-outputs.ts'
import { strict, toy, worldOf } from '../../../crash/toys/define.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

/** A box that knows who made it, and is destroyed when it is taken back. */
const makeBox = defineStep({
  ...toy,
  name: 'toy.make-box',
  summary: 'Makes a box',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  inputs: Type.Object({ name: Type.String() }, strict),
  outputs: Type.Object({ box: Type.String(), number: Type.String() }, strict),
  check({ name }, context) {
    const maker = worldOf(context).request('FindBox', () => worldOf(context).names.get(name))
    if (maker === undefined) return Promise.resolve({ state: 'absent' as const })
    return Promise.resolve({ state: 'satisfied' as const, outputs: { box: name, number: maker }, madeBy: maker })
  },
  apply({ name }, context) {
    const world = worldOf(context)
    world.request('MakeBox', () => {
      world.names.set(name, context.effectId)
      world.did(`MakeBox ${name}`)
    })
    return Promise.resolve(undefined)
  },
  undo: {
    destructive: true,
    run({ name }, _outputs, context) {
      const world = worldOf(context)
      world.request('DestroyBox', () => {
        if (world.names.delete(name)) world.did(`DestroyBox ${name}`)
      })
      return Promise.resolve()
    },
  },
})

/** Makes a second box of one. */
const copyBox = defineStep({
  ...makeBox,
  name: 'toy.copy-box',
  summary: 'Copies a box',
  inputs: Type.Object({ name: Type.String(), of: Type.String() }, strict),
})

/** A stamp that leaves nothing to take back. */
const stamp = defineStep({
  ...toy,
  name: 'toy.stamp',
  summary: 'Stamps',
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  inputs: Type.Object({}, strict),
  outputs: Type.Object({}, strict),
  check: (_inputs, context) =>
    Promise.resolve(
      worldOf(context).names.has('stamp') ? { state: 'satisfied' as const, outputs: {} } : { state: 'absent' as const },
    ),
  apply(_inputs, context) {
    worldOf(context).names.set('stamp', context.effectId)
    return Promise.resolve(undefined)
  },
  undo: 'nothing',
})

/** A pair of gloves, of which one may be there alone. */
const makeGloves = defineStep({
  ...toy,
  name: 'toy.make-gloves',
  summary: 'Makes a pair of gloves',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  inputs: Type.Object({}, strict),
  outputs: Type.Object({ pair: Type.String() }, strict),
  check(_inputs, context) {
    const { names } = worldOf(context)
    const [left, right] = [names.get('left'), names.get('right')]
    if (left === undefined) return Promise.resolve({ state: 'absent' as const })
    if (right === undefined) return Promise.resolve({ state: 'partial' as const, what: 'the left one' })
    return Promise.resolve({ state: 'satisfied' as const, outputs: { pair: left }, madeBy: left })
  },
  apply(_inputs, context) {
    const world = worldOf(context)
    world.names.set('left', context.effectId)
    return Promise.resolve(world.request('MakeRight', () => void world.names.set('right', context.effectId)) ?? null)
  },
  undo: {
    destructive: false,
    run(_inputs, outputs, context) {
      const world = worldOf(context)
      world.did(outputs === undefined ? 'Unmake half a pair' : `Unmake ${outputs.pair}`)
      world.names.clear()
      return Promise.resolve()
    },
  },
})

/** A letter that can be called back, and cannot be looked at. */
const lendBook = defineStep({
  ...toy,
  name: 'toy.lend-book',
  summary: 'Lends a book',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  inputs: Type.Object({ to: Type.String() }, strict),
  outputs: Type.Object({ receipt: Type.String() }, strict),
  check: (_inputs, { answer }) =>
    Promise.resolve(
      typeof answer === 'string'
        ? { state: 'satisfied' as const, outputs: { receipt: answer } }
        : { state: 'unknowable' as const, why: 'nobody sees where a book is' },
    ),
  apply({ to }, context) {
    const world = worldOf(context)
    return Promise.resolve(
      world.request('LendBook', () => {
        world.did(`LendBook ${to}`)
        return `receipt of ${to}`
      }),
    )
  },
  undo: {
    destructive: false,
    run({ to }, outputs, context) {
      const { receipt } = wholeOutputs(outputs)
      worldOf(context).request('CallBack', () => worldOf(context).did(`CallBack ${to} with ${receipt}`))
      return Promise.resolve()
    },
  },
})

const own = [makeBox, copyBox, stamp, makeGloves, lendBook]

export const families: readonly Family[] = [{ ...toyFamily, stepTypes: [...toyFamily.stepTypes, ...own] }]

class PowerLost extends Error {}

/** A host whose power is lost at the n-th point: before and behind each record and each effect. Counts them. */
export function losingPower(at: number | undefined, points: string[]): (host: RunHost) => RunHost {
  let off = false
  const point = (name: string): void => {
    if (!off) points.push(name)
    off ||= points.length - 1 === at
    if (off) throw new PowerLost(name)
  }
  const around = (host: RunHost): RunHost => ({
    recall: (key) => host.recall(key),
    async record(key, value) {
      if (host.recall(key) !== undefined) return host.record(key, value)
      point(`before record ${key}`)
      const recorded = await host.record(key, value)
      point(`after record ${key}`)
      return recorded
    },
    async effect(key, deadline, run) {
      point(`before ${key}`)
      const result = await host.effect(key, deadline, run)
      point(`after ${key}`)
      return result
    },
    sleepUntil: (until) => host.sleepUntil(until),
    receive: (request) => host.receive(request),
    all: (branches, options) =>
      host.all(
        branches.map((branch) => (inside) => branch(around(inside))),
        options,
      ),
    safePoint: () => host.safePoint(),
    now: () => host.now(),
    random: () => host.random(),
    head: () => host.head(),
    emit: (event) => host.emit(event),
  })
  return around
}
