import { describe, expect, it } from 'vitest'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import type { Environment } from '../../../../engine/document/environment.ts'
import { loadEnvironment } from '../../../../engine/document/load-environment.ts'
import { endedIntervals } from '../../../../engine/environment/ended-intervals.ts'
import { openWindows } from '../../../../engine/environment/open-windows.ts'
import { windowStanding } from '../../../../engine/environment/windows.ts'

const change = '{ from: 2026-11-28T22:00, to: 2026-11-29T04:00, zone: Europe/Berlin, title: Change 4711 }'
const weekends = '{ weekly: [sat, sun], from: 22:00, to: 04:00, zone: America/New_York }'
const yearEnd = '{ from: 2026-12-18T00:00, to: 2027-01-04T00:00, zone: UTC, title: Year-end freeze }'

async function declared(windows: readonly string[], freezes: readonly string[] = []): Promise<Environment> {
  const list = (key: string, items: readonly string[]) =>
    items.length === 0 ? '' : `${key}:\n${items.map((item) => `  - ${item}\n`).join('')}`
  const text = `environment: site\nformat: 1\nkind: test\nbindings: {}\n${list('windows', windows)}${list('freezes', freezes)}`
  const { environment, diagnostics } = await loadEnvironment(sourceFile('/house/site.yaml', text), [])
  if (environment === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return environment
}

function standing(environment: Environment, when: string) {
  return windowStanding(environment, Date.parse(when))
}

describe('open', () => {
  it('is always open where nothing is declared, and loads nothing for it', async () => {
    const ask = await openWindows(await declared([]))
    const always = { open: true, until: undefined, ends: undefined, title: undefined, zone: 'UTC' }
    expect(ask(0)).toEqual(always)
    expect(standing(await declared([]), '2026-11-28T12:00Z')).toEqual(always)
  })

  it('says until when, and what ends it', async () => {
    expect(standing(await declared([change]), '2026-11-28T21:00Z')).toEqual({
      open: true,
      until: Date.parse('2026-11-29T03:00Z'),
      ends: 'window `Change 4711` ends at 2026-11-29 04:00 Europe/Berlin (03:00 UTC)',
      title: 'Change 4711',
      zone: 'Europe/Berlin',
    })
  })

  it('ends where a freeze begins', async () => {
    const early = '{ from: 2026-11-29T00:00, to: 2026-12-01T00:00, zone: UTC, title: Audit }'
    expect(standing(await declared([change], [early]), '2026-11-28T23:59:59.999Z')).toMatchObject({
      open: true,
      until: Date.parse('2026-11-29T00:00Z'),
      ends: 'freeze `Audit` begins at 2026-11-29 00:00 UTC',
      title: 'Change 4711',
    })
  })

  it('goes on where one window follows another', async () => {
    const next = '{ from: 2026-11-29T03:00, to: 2026-11-29T05:00, zone: UTC }'
    expect(standing(await declared([change, next]), '2026-11-28T21:00Z')).toMatchObject({
      until: Date.parse('2026-11-29T05:00Z'),
      ends: 'the window ends at 2026-11-29 05:00 UTC',
      title: 'Change 4711',
    })
  })

  it('has no end when every day is open all day', async () => {
    const whole = '{ weekly: [mon, tue, wed, thu, fri, sat, sun], from: 00:00, to: 00:00, zone: Europe/Berlin }'
    const always = { open: true, until: undefined, ends: undefined }
    expect(standing(await declared([whole]), '2026-03-29T00:59Z')).toMatchObject(always)
    const far = '{ from: 2027-06-01T00:00, to: 2027-06-02T00:00, zone: UTC }'
    expect(standing(await declared([whole], [far]), '2026-11-28T12:00Z')).toMatchObject({
      until: Date.parse('2027-06-01T00:00Z'),
      ends: 'the freeze begins at 2027-06-01 00:00 UTC',
    })
  })

  it('lasts in the far west while the date in UTC is two days further', async () => {
    const whole = '{ weekly: [sat], from: 22:00, to: 21:59, zone: Pacific/Pago_Pago }' // 11 hours behind
    expect(standing(await declared([whole]), '2026-11-30T08:58Z')).toMatchObject({ open: true })
    expect(standing(await declared([], [whole]), '2026-11-30T08:58Z')).toMatchObject({ open: false })
  })

  it('is over at its last instant, also when it was asked before', async () => {
    const ask = await openWindows(await declared([change]))
    const end = Date.parse('2026-11-29T03:00Z')
    expect([end - 1, end, end - 1].map((now) => ask(now).open)).toEqual([true, false, true])
  })

  it('is 5 hours long in the night in which clocks go forward, and 7 in the one in which they go back', async () => {
    const hours = async (zone: string, from: string): Promise<number> => {
      const environment = await declared([`{ weekly: [sat], from: 22:00, to: 04:00, zone: ${zone} }`])
      expect(standing(environment, new Date(Date.parse(from) - 1).toISOString())).toMatchObject({ open: false })
      const now = standing(environment, from)
      return now.open ? ((now.until ?? 0) - Date.parse(from)) / 3_600_000 : 0
    }
    expect(await hours('Europe/Berlin', '2026-03-28T21:00Z')).toBe(5)
    expect(await hours('Europe/Berlin', '2026-10-24T20:00Z')).toBe(7)
    expect(await hours('America/New_York', '2026-03-08T03:00Z')).toBe(5)
    expect(await hours('America/New_York', '2026-11-01T02:00Z')).toBe(7)
  })
})

describe('closed', () => {
  it('says when the window opens, and that the last one ended', async () => {
    const environment = await declared([change])
    expect(standing(environment, '2026-11-28T12:00Z')).toEqual({
      open: false,
      why: 'no window is open; window `Change 4711` opens at 2026-11-28 22:00 Europe/Berlin (21:00 UTC)',
      opensAt: Date.parse('2026-11-28T21:00Z'),
      title: 'Change 4711',
      zone: 'Europe/Berlin',
    })
    expect(standing(environment, '2026-11-29T03:00Z')).toMatchObject({
      why: 'no window is open; the last, window `Change 4711`, ended at 2026-11-29 04:00 Europe/Berlin (03:00 UTC)',
      opensAt: undefined,
    })
  })

  it('says the day in UTC where it is another one', async () => {
    expect(standing(await declared([weekends]), '2026-11-28T12:00Z')).toMatchObject({
      why: 'no window is open; the window opens at 2026-11-28 22:00 America/New_York (2026-11-29 03:00 UTC)',
    })
  })

  it('sees a freeze within a window, and the window after it', async () => {
    const environment = await declared([weekends], [yearEnd])
    expect(standing(environment, '2026-12-20T04:00Z')).toEqual({
      open: false,
      why:
        'changes are frozen until 2027-01-04 00:00 UTC: `Year-end freeze`; then ' +
        'the window opens at 2027-01-03 22:00 America/New_York (2027-01-04 03:00 UTC)',
      opensAt: Date.parse('2027-01-04T03:00Z'),
      title: 'Year-end freeze',
      zone: 'America/New_York',
    })
  })

  it('is open as soon as a freeze ends where no windows are declared', async () => {
    expect(standing(await declared([], [yearEnd]), '2026-12-20T04:00Z')).toEqual({
      open: false,
      why: 'changes are frozen until 2027-01-04 00:00 UTC: `Year-end freeze`',
      opensAt: Date.parse('2027-01-04T00:00Z'),
      title: 'Year-end freeze',
      zone: 'UTC',
    })
  })

  it('gives the end of all freezes that follow each other', async () => {
    const more = '{ from: 2027-01-03T00:00, to: 2027-01-11T00:00, zone: UTC, title: Migration }'
    expect(standing(await declared([], [yearEnd, more]), '2026-12-20T04:00Z')).toMatchObject({
      why: 'changes are frozen until 2027-01-11 00:00 UTC: `Year-end freeze`',
      opensAt: Date.parse('2027-01-11T00:00Z'),
    })
  })

  it('knows no opening after a freeze that ends last', async () => {
    expect(standing(await declared([change], [yearEnd]), '2026-12-20T04:00Z')).toMatchObject({
      why: 'changes are frozen until 2027-01-04 00:00 UTC: `Year-end freeze`; no window opens after it',
      opensAt: undefined,
    })
    const forGood = '{ from: 2026-12-18T00:00, to: 2999-01-01T00:00, zone: UTC }'
    expect(standing(await declared([weekends], [forGood]), '2026-12-20T04:00Z')).toMatchObject({
      why: 'changes are frozen until 2999-01-01 00:00 UTC',
      opensAt: undefined,
    })
  })

  it('does not open at the instant at which it is frozen', async () => {
    const freeze = '{ from: 2026-11-28T22:00, to: 2026-11-28T23:00, zone: Europe/Berlin, title: Backup }'
    expect(standing(await declared([change], [freeze]), '2026-11-28T12:00Z')).toMatchObject({
      opensAt: Date.parse('2026-11-28T22:00Z'),
    })
  })

  it('looks 400 days ahead', async () => {
    const leap = '{ from: 2027-12-28T00:00, to: 2027-12-29T00:00, zone: UTC, title: Next year }'
    expect(standing(await declared([leap]), '2026-11-28T12:00Z')).toMatchObject({
      opensAt: Date.parse('2027-12-28T00:00Z'),
    })
    expect(standing(await declared([leap]), '2026-10-28T12:00Z')).toMatchObject({
      why: 'no window is open, and none opens within 400 days',
      opensAt: undefined,
    })
  })
})

describe('where clocks are changed', () => {
  it('a window is read narrowly, a freeze widely', async () => {
    const night = '{ from: 2026-03-29T02:30, to: 2026-03-29T12:00, zone: Europe/Berlin }' // 02:30 does not come
    const window = await declared([night])
    expect(standing(window, '2026-03-29T01:29Z')).toMatchObject({ open: false }) // 03:29
    expect(standing(window, '2026-03-29T01:30Z')).toMatchObject({ open: true }) // 03:30
    const freeze = await declared([], [night])
    expect(standing(freeze, '2026-03-29T00:29Z')).toMatchObject({ open: true }) // 01:29
    expect(standing(freeze, '2026-03-29T00:30Z')).toMatchObject({ open: false }) // 01:30

    const autumn = '{ from: 2026-10-25T00:00, to: 2026-10-25T02:30, zone: Europe/Berlin }' // 02:30 comes twice
    expect(standing(await declared([autumn]), '2026-10-24T23:00Z')).toMatchObject({
      until: Date.parse('2026-10-25T00:30Z'),
    })
    expect(standing(await declared([], [autumn]), '2026-10-24T23:00Z')).toMatchObject({
      opensAt: Date.parse('2026-10-25T01:30Z'),
    })
  })

  it('a weekly window that vanishes on that night opens a week later', async () => {
    const environment = await declared(['{ weekly: [sun], from: 02:10, to: 02:50, zone: Europe/Berlin }'])
    expect(standing(environment, '2026-03-28T12:00Z')).toMatchObject({ opensAt: Date.parse('2026-04-05T00:10Z') })
  })
})

it('tells what is over for good', async () => {
  const environment = await declared([change, weekends], [yearEnd])
  const told = (when: string) => endedIntervals(environment, Date.parse(when)).map(({ message }) => message)
  expect(told('2026-11-29T02:59Z')).toEqual([])
  expect(told('2026-11-29T03:00Z')).toEqual([
    'window `Change 4711` is over: it ended at 2026-11-29 04:00 Europe/Berlin (03:00 UTC)',
  ])
  expect(told('2027-01-04T00:00Z')[1]).toBe('freeze `Year-end freeze` is over: it ended at 2027-01-04 00:00 UTC')
})
