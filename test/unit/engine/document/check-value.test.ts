import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { checkValue } from '../../../../engine/document/check-value.ts'
import { families } from '../../../golden/families.ts'
import type { Json } from '../../../../engine/step/json.ts'

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)

describe('checkValue', () => {
  it('tells every mistake with its place', () => {
    const schema = Type.Object({
      a: Type.Array(Type.Object({ b: Type.Integer() }, { additionalProperties: false })),
      c: Type.String(),
    })
    expect(checkValue({ a: [{ b: 1 }, { b: 'x', d: 1 }] }, schema)).toEqual([
      { code: 'wrong-type', path: 'a[1].b', message: 'wanted an integer, found the string `x`' },
      { code: 'unknown-key', path: 'a[1].d', message: 'unknown key `d`' },
      { code: 'missing-key', path: '', message: 'key `c` is missing' },
    ])
  })

  it('takes text that looks like an expression for text', () => {
    expect(checkValue({ a: '${{ x }}' }, Type.Object({ a: Type.String() }))).toEqual([])
  })

  it('refuses a schema with a keyword that it does not know', () => {
    expect(() => checkValue({}, { type: 'object', dependentSchemas: {} })).toThrow(
      'schema keyword `dependentSchemas` at # is not supported',
    )
    expect(() => checkValue('x', { type: 'string', format: 'iri' })).toThrow('schema format `iri` is not supported')
  })

  it('agrees with Ajv', () => {
    const leaf = fc.oneof(
      fc.constantFrom<Json>(
        'x',
        'yy',
        '',
        'ec-p384',
        0,
        1,
        2.5,
        -3,
        true,
        false,
        null,
        '2046-01-01T00:00:00Z',
        '2046-02-30T00:00:00Z',
        'fixed',
      ),
      fc.string({ maxLength: 3 }),
    )
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'kind', 'seconds', 'factor', 'label', 'tags'), tie('value'), {
          maxKeys: 4,
        }),
      ),
    }))
    const schemas = [
      ...families.flatMap(({ stepTypes }) =>
        stepTypes.flatMap(({ inputs, outputs }) => [inputs, outputs, ...Object.values(inputs.properties)]),
      ),
      Type.Union([
        Type.String({ minLength: 2 }),
        Type.Array(Type.Integer({ maximum: 1 }), { maxItems: 2, uniqueItems: true }),
      ]),
      Type.Object({ a: Type.Optional(Type.Null()), b: Type.Number({ multipleOf: 0.5 }) }),
      Type.Record(Type.String({ pattern: '^[ab]$' }), Type.Boolean(), { additionalProperties: false }),
      { enum: ['x', 1, null] },
      { allOf: [{ type: ['string', 'null'] }, { maxLength: 1 }] },
      { type: 'object', propertyNames: { maxLength: 1 }, minProperties: 1, maxProperties: 2 },
      { oneOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'boolean' }] },
      { type: 'string', format: 'date-time' },
    ]
    const validators = schemas.map((schema) => ({ schema, validate: ajv.compile(schema) }))
    fc.assert(
      fc.property(value, fc.constantFrom(...validators), (json, { schema, validate }) => {
        expect(checkValue(json, schema).length === 0).toBe(validate(json))
      }),
      { numRuns: 3000 },
    )
  })
})
