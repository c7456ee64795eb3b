import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { jsonSchemas, schemaText } from '../../../../engine/document/json-schemas.ts'
import { families } from '../../../golden/families.ts'

const golden = join(import.meta.dirname, '../../../golden')
const schemas = jsonSchemas(families)

describe('jsonSchemas', () => {
  it.each(readdirSync(join(golden, 'ok')).filter((name) => name.endsWith('.yaml') && name !== 'byte-order-mark.yaml'))(
    'accepts ok/%s',
    (name) => {
      expect(mistakesOf(name, read('ok', name))).toEqual([])
    },
  )

  it.each([
    'unknown-key.yaml',
    'unknown-step-type.yaml',
    'with.yaml',
    'with-is-missing.yaml',
    'missing-target.yaml',
    'unwanted-target.yaml',
    'choices.yaml',
    'unknown-binding-kind.yaml',
    'entry-kinds.yaml',
    'on-failure.yaml',
    'mistakes.environment.yaml',
    'secret-value.environment.yaml',
  ])('refuses err/%s', (name) => {
    expect(mistakesOf(name, read('err', name))).not.toEqual([])
  })

  it('describes step types where an editor shows them', () => {
    expect(schemaText(schemas.runbook)).toContain('"description": "Makes a key pair in a token"')
  })

  it('holds no keyword of ours', () => {
    expect(Object.values(schemas).map(schemaText).join('')).not.toContain('x-runbook')
  })
})

function read(folder: string, name: string): unknown {
  return parse(readFileSync(join(golden, folder, name), 'utf8'))
}

function mistakesOf(name: string, value: unknown): readonly string[] {
  const kind = name.endsWith('.environment.yaml')
    ? 'environment'
    : name.endsWith('.rehearsal.yaml')
      ? 'rehearsal'
      : 'runbook'
  const ajv = new Ajv({ allErrors: true, strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(schemas[kind])
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
