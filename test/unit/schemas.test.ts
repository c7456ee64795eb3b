import { Ajv } from 'ajv'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { staleFiles } from '../../schemas/generate.ts'

const root = new URL('../../', import.meta.url)
const textAt = (path: string): string => readFileSync(new URL(path, root), 'utf8')

it('what is generated is committed as the code makes it now (npm run generate)', () => {
  expect(staleFiles()).toEqual([])
})

it('each schema is one that an independent validator compiles', () => {
  for (const name of readdirSync(new URL('schemas/', root)).filter((file) => file.endsWith('.json'))) {
    // `x-runbook-…` keywords are for us, and not for editors
    const schema = JSON.parse(textAt(`schemas/${name}`)) as object
    expect(() => new Ajv({ strict: false, logger: false }).compile(schema), name).not.toThrow()
  }
})

it('the first line of each shipped file points an editor at its schema', () => {
  for (const name of readdirSync(new URL('runbooks/', root)).filter((file) => file.endsWith('.yaml'))) {
    const [first = ''] = textAt(`runbooks/${name}`).split('\n')
    const kind = name.includes('.rehearsal.') ? 'rehearsal' : 'runbook'
    expect(first).toBe(`# yaml-language-server: $schema=../schemas/${kind}.schema.json`)
  }
})

it('each shipped file is valid against its schema, as an editor sees it', async () => {
  const { parse } = await import('yaml')
  for (const name of readdirSync(new URL('runbooks/', root)).filter((file) => file.endsWith('.yaml'))) {
    const kind = name.includes('.rehearsal.') ? 'rehearsal' : 'runbook'
    const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(
      JSON.parse(textAt(`schemas/${kind}.schema.json`)) as object,
    )
    validate(parse(textAt(`runbooks/${name}`)))
    expect(validate.errors, name).toBeNull()
  }
})
