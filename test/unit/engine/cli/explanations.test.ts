import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { allExplanations } from '../../../../engine/cli/explanations/all-explanations.ts'

const engine = new URL('../../../../engine/', import.meta.url).pathname

/** Codes of diagnostics as the sources write them. */
function writtenCodes(): readonly string[] {
  const files = ['diagnostics', 'document', 'expressions'].flatMap((folder) =>
    readdirSync(join(engine, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(engine, folder, name)),
  )
  const patterns = /(?:code: |refused\(path, |wrong\(\s*|problem\(\s*)'([a-z]+(?:-[a-z]+)*)'/g
  return files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(patterns)].map(([, code = '']) => code))
}

it('explains every code of a diagnostic', () => {
  const explained = new Set(allExplanations.map(({ code }) => code))
  expect([...new Set(writtenCodes())].filter((code) => !explained.has(code))).toEqual([])
})

it('explains each in at least two lines and at most five', () => {
  expect(allExplanations.filter(({ lines }) => lines.length < 2 || lines.length > 5)).toEqual([])
})
