import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import { loadEnvironment } from '../../../../engine/document/load-environment.ts'
import { zoneMistake } from '../../../../engine/document/zone-name.ts'

function load(windowsAndFreezes: string) {
  const text = `environment: site\nformat: 1\nkind: test\nbindings: {}\n${windowsAndFreezes}`
  return loadEnvironment(sourceFile('/house/site.yaml', text), [])
}

describe('windows and freezes', () => {
  it('are none where none are declared', async () => {
    expect((await load('')).environment).toMatchObject({ windows: [], freezes: [] })
  })

  it('are read as runbooks/README.md shows them', async () => {
    const readme = readFileSync(new URL('../../../../runbooks/README.md', import.meta.url), 'utf8')
    const { environment, diagnostics } = await load(/^```yaml\n(windows:[\s\S]*?)^```$/m.exec(readme)?.[1] ?? '')
    expect(diagnostics).toEqual([])
    const berlin = { from: '2026-11-28T22:00', to: '2026-11-29T04:00', zone: 'Europe/Berlin', title: 'Change 4711' }
    expect(environment?.windows).toMatchObject([
      { kind: 'once', ...berlin },
      { kind: 'weekly', days: ['sun', 'sat'], from: '22:00', to: '04:00', zone: 'America/New_York', title: undefined },
    ])
    expect(environment?.freezes).toMatchObject([{ kind: 'once', zone: 'UTC', title: 'Year-end freeze' }])
  })

  it('are marked as a whole entry', async () => {
    const entry = '{ weekly: [sat], from: 22:00, to: 04:00, zone: UTC }'
    const { environment } = await load(`windows:\n  - ${entry}\n`)
    const { start = 0, end = 0 } = environment?.windows[0]?.span ?? {}
    expect(environment?.source.text.slice(start, end)).toBe(entry)
  })
})

describe('names of time zones', () => {
  it.each(['UTC', 'Etc/UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires'])(
    'takes %s',
    (name) => {
      expect(zoneMistake(name)).toBeUndefined()
    },
  )

  it.each([
    'CET',
    'EST5EDT',
    'GMT',
    'utc',
    'Z',
    '+00:00',
    'GMT+1',
    'Etc/GMT-1',
    'Europe',
    'Europe/',
    '/',
    '../etc/passwd',
  ])('refuses %s', (name) => {
    expect(zoneMistake(name)?.hint).toMatch(/^(did you mean `|write the name of a place)/)
  })
})
