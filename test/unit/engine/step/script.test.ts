import { describe, expect, it } from 'vitest'
import { scriptFaults } from '../../../../engine/step/script.ts'

function faults(
  source: string,
  { effect = 'once', hasCheck = false }: { effect?: 'read' | 'once'; hasCheck?: boolean } = {},
) {
  return scriptFaults({ bytes: Buffer.from(source), effect, hasCheck }).map(
    ({ line, message }) => `${line}: ${message}`,
  )
}

describe('scriptFaults', () => {
  it('finds nothing wrong with Node and zx', () => {
    const source = `import { readFile } from 'node:fs/promises'\nimport 'zx/globals'\nimport {\n  $,\n} from 'zx'\nexport default async () => ({})\n`
    expect(faults(source)).toEqual([])
  })

  it('names what a script may not import, and its line', () => {
    const source = `import {\n  one,\n} from './lib.mjs'\nimport 'fs'\nexport * from "lodash"\n// import './said'\nexport default () => ({})`
    expect(faults(source)).toEqual([
      '3: a script imports nothing but `node:` modules and `zx`, found `./lib.mjs`',
      '4: a script imports nothing but `node:` modules and `zx`, found `fs`',
      '5: a script imports nothing but `node:` modules and `zx`, found `lodash`',
    ])
  })

  it('takes no text of a script for an import', () => {
    expect(
      faults(
        `export default () => ({ from: './lib.mjs' })\nexport const text = 'a'\nexport const f = (x = 'from') => 'b'`,
      ),
    ).toEqual([])
  })

  it('wants the runbook to say what the script exports', () => {
    for (const source of [
      'export async function check() {}',
      'export const check = 1',
      'export { looked as check, other }',
    ])
      expect(faults(source)).toEqual(['1: the script exports `check`, which the runbook does not say'])
    expect(faults('export function check() {}', { hasCheck: true })).toEqual([])
    expect(faults('export function checked() {}')).toEqual([])
  })

  it('wants no check of a script that only reads', () => {
    expect(faults('', { effect: 'read', hasCheck: true })).toEqual(['1: a script that only reads is its own check'])
    expect(faults('export function check() {}', { effect: 'read' })).toHaveLength(1)
  })
})
