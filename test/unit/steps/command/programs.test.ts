import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { localHost } from '../../../../steps/command/local-host.ts'
import { programs } from '../../../../steps/command/programs.ts'
import { contextWith, step } from '../../engine/preflight/looking.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-programs-'))
const host = localHost('here', { folder, environment: { PATH: `${folder}/bin:/usr/bin:/bin:${folder}` } })
const program = (name: string, mode: number): void => {
  writeFileSync(join(folder, name), '#!/bin/sh\n')
  chmodSync(join(folder, name), mode)
}
program('badge-printer', 0o755)
program('not-to-run', 0o644)

afterAll(() => rmSync(folder, { recursive: true }))

function looked(...names: readonly string[]) {
  return programs.look(host, contextWith(names.map((name) => step('command.run', { id: 'a' }, { argv: [name, null] }))))
}

it('finds programs by name and by path', async () => {
  const path = join(folder, 'badge-printer')
  expect(await looked('badge-printer', path, './badge-printer')).toEqual([
    { what: 'program badge-printer', verdict: 'good', detail: path },
    { what: `program ${path}`, verdict: 'good', detail: path },
    { what: 'program ./badge-printer', verdict: 'good', detail: './badge-printer' },
  ])
})

it.each(['no-such-program', 'not-to-run', './not-to-run', 'bin', 'cd', '$(touch made)', 'a;b'])(
  'does not take `%s` for a program',
  async (name) => {
    expect(await looked(name)).toEqual([
      {
        ...{ what: `program ${name}`, verdict: 'bad', detail: 'is not on `here`; needed by `a`' },
        hint: 'install it, or name it by its whole path',
      },
    ])
    expect(await looked('made')).toMatchObject([{ verdict: 'bad' }])
  },
)

it('looks for what a `check` runs too, once for all steps, and not where the program is not known', async () => {
  const steps = [
    step('command.run', { id: 'a' }, { argv: ['sh'], check: { argv: ['test', '-d', null] } }),
    step('command.check', { id: 'b' }, { argv: ['sh'] }),
    step('command.check', { id: 'c' }, { argv: [null, 'x'] }),
    step('other.run', { id: 'd' }, { argv: ['nothing'] }),
  ]
  expect((await programs.look(host, contextWith(steps))).map(({ what }) => what)).toEqual([
    'program sh',
    'program test',
  ])
})
