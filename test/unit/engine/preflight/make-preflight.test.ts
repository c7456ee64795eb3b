import { Type } from 'typebox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RefusedLogins } from '../../../../engine/environment/refused-logins.ts'
import { makePreflight } from '../../../../engine/preflight/make-preflight.ts'
import type { Preflight } from '../../../../engine/preflight/preflight.ts'
import { stepsByBinding } from '../../../../engine/preflight/steps-by-binding.ts'
import type { StepType } from '../../../../engine/step/step-type.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import { definePreflightLook, type Finding, type PreflightContext } from '../../../../engine/step/preflight.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { loadSite, openSite, type Site } from '../../../crash/toys/site.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

let site: Site

beforeEach(async () => {
  site = await openSite()
})

afterEach(() => site[Symbol.asyncDispose]())

const steps = `
  - { id: a, uses: toy.set-setting, target: world, with: { name: "\${{ inputs.which }}", value: 1 } }
  - { id: b, uses: toy.look-at, target: world, with: { name: "\${{ run.id }}" } }
  - { id: c, uses: toy.look-at, target: other, when: "\${{ false }}", with: { name: s } }
  - id: each
    forEach: { in: "\${{ ['x', 'y'] }}", as: item }
    steps:
      - { id: d, uses: toy.look-at, target: other, with: { name: "\${{ item }}" } }
`
const inputs = '  which: { type: string, description: Which one }'

/** A look at toy worlds. */
function looking(name: string, look: (context: PreflightContext) => Promise<readonly Finding[]>) {
  return definePreflightLook({ name, summary: 'looks', capability: 'host', look: (_, context) => look(context) })
}

async function preflightWith(
  looks: readonly ReturnType<typeof looking>[],
  { closed = '', signal = new AbortController().signal } = {},
): Promise<Preflight> {
  const environment = await loadSite(site.name, `  other: { kind: toy-world, world: ${site.name} }\n`)
  const bindings = [...environment.bindings].map(([name, target]) => {
    const open = () => Promise.reject(new StepError('not-found', 'the door is closed', { hint: 'open it' }))
    return [name, name === closed ? { ...target, kind: { ...target.kind, open } } : target] as const
  })
  return makePreflight({
    runbook: await loadToy(steps, { inputs, bindings: '\n  other: { kind: toy-world }' }),
    environment: { ...environment, bindings: new Map(bindings) },
    inputs: { which: 's' },
    families: [toyFamily, { ...toyFamily, name: 'more', preflight: looks }],
    statePath: site.folder,
    operator: 'olivia',
    refusedLogins: new RefusedLogins(site.folder),
    ask: () => Promise.resolve(undefined),
    credentialChanged: [],
    signal,
    now: () => site.world.now(),
  })
}

function anyInputs(type: StepType): StepType {
  return { ...type, inputs: Type.Object({ list: Type.Array(Type.Unknown()) }) } // never run
}

describe('a preflight', () => {
  it('gives each look the steps of its binding, with the inputs that are known', async () => {
    const seen: PreflightContext[] = []
    await preflightWith([looking('steps', async (context) => (seen.push(context), []))])
    const shown = seen.map((context) => [
      context.binding,
      context.steps.map(({ id, uses, inputs: known }) => [id, uses, known]),
    ])
    expect(shown).toEqual([
      [
        'world',
        [
          ['a', 'toy.set-setting', { name: 's', value: 1 }],
          ['b', 'toy.look-at', {}],
        ],
      ],
      [
        'other',
        [
          ['d[x]', 'toy.look-at', { name: 'x' }],
          ['d[y]', 'toy.look-at', { name: 'y' }],
        ],
      ],
    ])
    expect(site.world.ledger).toEqual([])
  })

  it('gives what is known of a list that is not known whole', async () => {
    const types = toyFamily.stepTypes.map((type) => (type.name === 'toy.look-at' ? anyInputs(type) : type))
    const runbook = await loadToy(
      `
  - { id: a, uses: toy.look-at, target: world, with: { list: [x, "\${{ run.id }}", { in: y, id: "\${{ run.id }}" }] } }
`,
      { families: [{ ...toyFamily, stepTypes: types }] },
    )
    const [step] = stepsByBinding(runbook, {}).get('world') ?? []
    expect(step?.inputs).toEqual({ list: ['x', null, { in: 'y' }] })
  })

  it('goes on behind a binding that does not open, and behind a look that fails', async () => {
    const failing = looking('failing', () => Promise.reject(new StepError('throttled', 'too often', { hint: 'wait' })))
    const { findings, totals } = await preflightWith([failing], { closed: 'other' })
    expect(findings.slice(0, 3)).toEqual([
      expect.objectContaining({ binding: 'world', look: 'open', verdict: 'good' }),
      {
        binding: 'world',
        look: 'failing',
        what: 'failing',
        verdict: 'unknown',
        detail: 'throttled: too often',
        hint: 'wait',
      },
      {
        ...{ binding: 'other', look: 'open', what: 'opened and verified', verdict: 'bad' },
        ...{ detail: 'not-found: the door is closed', hint: 'open it' },
      },
    ])
    expect(totals).toEqual({ good: 3, bad: 1, unknown: 2 })
  })

  it('says that no other clock was seen, unless a look did', async () => {
    const { findings } = await preflightWith([])
    expect(findings).toContainEqual({
      ...{ binding: null, look: 'clock', what: 'clock', verdict: 'unknown' },
      detail: 'no binding tells another time',
    })
    const compared = await preflightWith([
      looking('clock', async () => [{ what: 'clock', verdict: 'good', detail: '1 s off' }]),
    ])
    expect(compared.findings.filter(({ look }) => look === 'clock')).toMatchObject([
      { binding: 'world' },
      { binding: 'other' },
    ])
  })

  it('lets a look find the other bindings of a kind', async () => {
    const found: string[] = []
    await preflightWith([
      looking('others', async ({ opened, binding }) => {
        found.push(
          `${binding}: ${opened('host')
            .map((each) => each.binding)
            .join()}`,
        )
        return []
      }),
    ])
    expect(found).toEqual(['world: world,other', 'other: world,other'])
  })

  it('stops when it is asked to', async () => {
    const stop = new AbortController()
    const stopping = looking('stopping', () => {
      stop.abort()
      return Promise.reject(new StepError('cancelled', 'stopped on request'))
    })
    await expect(preflightWith([stopping], { signal: stop.signal })).rejects.toThrow('stopped on request')
  })
})
