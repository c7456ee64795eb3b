import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { collector } from '../../../../engine/diagnostics/collector.ts'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import { parseYaml } from '../../../../engine/document/yaml/parse-yaml.ts'
import { compileTemplate } from '../../../../engine/expressions/compile-template.ts'
import { schemaFrom } from '../../../../engine/expressions/schema.ts'
import type { ScopeTypes } from '../../../../engine/expressions/scope-types.ts'
import {
  evaluate,
  referencedSteps,
  templateExpressions,
  type Template,
} from '../../../../engine/expressions/template.ts'
import { typeOfSchema } from '../../../../engine/expressions/type-of-schema.ts'
import { isKnown, Unknown, unknownsOf, type Scope } from '../../../../engine/expressions/value.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json } from '../../../../engine/step/json.ts'

const outputs = {
  type: 'object',
  required: ['id', 'count', 'ratio', 'tags', 'inner', 'free', 'rows'],
  properties: {
    id: { type: 'string' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    tags: { type: 'array', items: { type: 'string' } },
    inner: { type: 'object', required: ['deep'], properties: { deep: { type: 'boolean' }, maybe: { type: 'string' } } },
    free: {},
    rows: {
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    },
  },
}
const inputs = {
  type: 'object',
  required: ['name', 'size'],
  properties: { name: { type: 'string' }, size: { type: 'integer' } },
}
const steps = {
  type: 'object',
  required: ['a', 'b'],
  properties: Object.fromEntries(
    ['a', 'b'].map((id) => [id, { type: 'object', required: ['outputs'], properties: { outputs } }]),
  ),
}
const scopeTypes: ScopeTypes = {
  roots: new Map([
    ['inputs', typeOfSchema(schemaFrom(inputs))],
    ['steps', typeOfSchema(schemaFrom(steps))],
  ]),
  stepRoots: new Set(['steps']),
}
const known = {
  id: 'A',
  count: 3,
  ratio: 0.5,
  tags: ['x', 'y'],
  inner: { deep: true },
  rows: [{ name: 'one' }, { name: 'two' }],
}
const scope: Scope = {
  inputs: { name: 'n', size: 384 },
  steps: { a: { outputs: known } },
  run: { id: 'R', runbook: 'r', toolSha256: 't' },
}

describe('evaluate', () => {
  it.each<[unknown, unknown]>([
    ['plain text', 'plain text'],
    ['${{ steps.a.outputs.rows[1].name }}', 'two'],
    ['${{ steps.a.outputs.rows.filter(row, row.name != steps.a.outputs.rows[0].name) }}', [{ name: 'two' }]],
    ['${{ steps.a.outputs.rows.map(row, {"name": row.name, "kind": "row"})[0] }}', { name: 'one', kind: 'row' }],
    [12, 12],
    ['$${{ literal }}', '${{ literal }}'],
    ['${{ inputs.size }}', 384],
    ['${{ inputs.size + 1 }}', 385],
    ['${{ inputs.size / 5 }}', 76],
    ['size ${{ inputs.size }}!', 'size 384!'],
    ['${{ inputs.name + "!" }}', 'n!'],
    ['${{ steps.a.outputs }}', known],
    ['${{ true ? steps.a.outputs : steps.a.outputs }}', known],
    ['${{ steps.a.outputs.inner }}', { deep: true }],
    ['${{ steps.a.outputs.ratio * 2.0 }}', 1],
    ['${{ steps.a.outputs.tags[1] }}', 'y'],
    ['${{ steps.a.outputs.tags.map(t, t + "!") }}', ['x!', 'y!']],
    ['${{ size(steps.a.outputs.tags) }}', 2],
    ['${{ has(steps.a.outputs.inner.maybe) ? steps.a.outputs.inner.maybe : "none" }}', 'none'],
    ['${{ inputs["name"] }}', 'n'],
    ['${{ [1, 2].exists(n, n == inputs.size - 382) }}', true],
    ['${{ {"a": inputs.name} }}', { a: 'n' }],
    ['${{ null }}', null],
    ['${{ true }} ${{ 1.5 }}', 'true 1.5'],
    ['${{ 2u }}', 2],
  ])('%j gives %j', async (text, value) => {
    expect(evaluate(await compiled(text), scope)).toEqual(value)
  })

  it('keeps what is known around what is not', async () => {
    const template = await compiled({
      a: '${{ steps.a.outputs.id }}',
      b: ['${{ steps.b.outputs.id }}', 'x'],
      c: 'b ${{ steps.b.outputs.id }}',
    })
    const value = evaluate(template, scope)
    expect(value).toEqual({ a: 'A', b: [new Unknown(['b']), 'x'], c: new Unknown(['b']) })
    expect(isKnown(value)).toBe(false)
    expect(unknownsOf(value)).toHaveLength(2)
  })

  it('passes on what an unknown step waits for', async () => {
    const template = await compiled('${{ steps.a.outputs.id + steps.b.outputs.id }}')
    const waiting = { ...scope, steps: { a: new Unknown(['earlier']), b: new Unknown([]) } }
    expect(evaluate(template, waiting)).toEqual(new Unknown(['earlier', 'b']))
  })

  it.each([
    ['${{ 1 / 0 }}', 'division by zero'],
    ['${{ steps.a.outputs.tags[7] }}', 'No such key: index out of bounds, index 7 >= size 2'],
    ['${{ 9223372036854775807 }}', 'the result `9223372036854775807` is too large for an integer'],
  ])('%j has no value', async (text, why) => {
    const template = await compiled(text)
    const error = thrownBy(() => evaluate(template, scope))
    expect(StepError.is(error) && error.code).toBe('invalid')
    expect(String(error)).toContain(why)
    expect(StepError.is(error) && error.facts).toEqual({ at: 'f.yaml:1:9' })
  })

  it('is not confused by names of the language', async () => {
    const template = await compiled('${{ steps.a.outputs.free }}')
    const free: Json = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}')
    const value = evaluate(template, { ...scope, steps: { a: { outputs: { ...known, free } } } })
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1},"constructor":2}')
  })
})

describe('what is known', () => {
  const pool = [
    '${{ inputs.size * 2 }}',
    'x',
    '${{ steps.a.outputs.id }}-${{ inputs.name }}',
    '${{ steps.a.outputs.tags }}',
    '${{ size(inputs.name) }}',
  ]
  let templates: readonly Template[] = []
  let waiting: Template
  beforeAll(async () => {
    templates = await Promise.all(pool.map((text) => compiled(text)))
    waiting = await compiled('${{ steps.b.outputs.id }}')
  })

  it('evaluates equal with and without unrelated unknowns', () => {
    const part = fc.nat({ max: pool.length - 1 })
    fc.assert(
      fc.property(
        fc.array(part),
        fc.nat(),
        fc.string(),
        fc.integer({ min: -1000, max: 1000 }),
        (parts, at, name, size) => {
          const span = { start: 0, end: 0 }
          const items = parts.flatMap((index) => templates[index] ?? [])
          const position = at % (items.length + 1)
          const values = { ...scope, inputs: { name, size } }
          const alone = evaluate({ kind: 'list', items, span }, values)
          const mixed = evaluate({ kind: 'list', items: items.toSpliced(position, 0, waiting), span }, values)
          expect(Array.isArray(mixed) && mixed.filter((value) => !(value instanceof Unknown))).toEqual(alone)
        },
      ),
    )
  })

  it('gives back any JSON that passes through untouched', async () => {
    const template = await compiled({ free: '${{ has(steps.a.outputs.free) ? steps.a.outputs.free : null }}' })
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
        // Negative zero is no JSON value of its own.
        const free: Json = JSON.parse(JSON.stringify(json))
        expect(evaluate(template, { ...scope, steps: { a: { outputs: { ...known, free } } } })).toEqual({ free })
      }),
    )
  })
})

it('names steps and expressions', async () => {
  const template = await compiled({
    x: '${{ steps.b.outputs.id }} and ${{ steps.a.outputs.id }}',
    y: ['${{ steps.b.outputs.id }}', '${{ [1].map(steps, steps) }}'],
  })
  expect(referencedSteps(template)).toEqual(['b', 'a'])
  expect(
    templateExpressions(template).map(({ text, source, span }) => [text, source.text.slice(span.start, span.end)]),
  ).toEqual([
    ...['steps.b.outputs.id', 'steps.a.outputs.id', 'steps.b.outputs.id', '[1].map(steps, steps)'].map((text) => [
      text,
      text,
    ]),
  ])
})

async function compiled(value: unknown): Promise<Template> {
  const source = sourceFile('f.yaml', `t: ${JSON.stringify(value)}`)
  const { report, list } = collector(source)
  const root = await parseYaml(source, report)
  const node = root?.kind === 'map' ? root.entries.get('t')?.value : undefined
  if (node === undefined) throw new Error('no node')
  const { template } = await compileTemplate(node, scopeTypes, source, report)
  expect(list()).toEqual([])
  return template
}

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
