import { describe, expect, it } from 'vitest'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../../../engine/step/errors.ts'
import { allPages } from '../../../../steps/cloudhsm/all-pages.ts'

/** A list of eleven pages, of which requests fail as planned; they are counted from 1. */
function elevenPages(failing: (request: number) => ErrorCode | undefined) {
  let at = 0
  const asked: number[] = []
  // nothing of it is asked for here
  const context = { target: {} as Aws, signal: new AbortController().signal, now: () => at }
  const look = (list = 'all') =>
    allPages(context, list, (token) => {
      const page = token === undefined ? 1 : Number(token)
      asked.push(page)
      const code = failing(asked.length)
      if (code !== undefined) return Promise.reject(new StepError(code, `page ${page}`))
      return Promise.resolve({ items: [page], next: page === 11 ? undefined : String(page + 1) })
    })
  const pass = (milliseconds: number) => {
    at += milliseconds
  }
  return { look, asked, pass }
}

const pages = Array.from({ length: 11 }, (_, n) => n + 1)

/** Looks again and again, as the engine does. */
async function patiently<T>(look: () => Promise<T>): Promise<{ readonly found: T; readonly looks: number }> {
  for (let looks = 1; ; looks += 1) {
    try {
      return { found: await look(), looks }
    } catch (error) {
      if (!StepError.is(error) || looks > 40) throw error
    }
  }
}

describe('all pages of a list', () => {
  it('are read to the last', async () => {
    expect(await elevenPages(() => undefined).look()).toEqual(pages)
  })

  it('are read in a throttling storm, no page twice that came', async () => {
    for (const code of ['throttled', 'transient'] as const) {
      const { look, asked } = elevenPages((request) => (request % 2 === 0 ? code : undefined))
      expect((await patiently(look)).found).toEqual(pages)
      expect(asked).toHaveLength(21)
    }
  })

  it('fail as a whole each time: no page is taken for the list', async () => {
    const { look } = elevenPages((request) => (request === 5 ? 'throttled' : undefined))
    await expect(look()).rejects.toMatchObject({ code: 'throttled' })
  })

  it('begin anew for another list, and when too much time has passed', async () => {
    const { look, asked, pass } = elevenPages((request) => (request === 5 ? 'throttled' : undefined))
    await expect(look()).rejects.toThrow()
    await look('other')
    expect(asked.slice(5)).toEqual(pages)
    pass(10 * 60_000)
    await look()
    expect(asked.slice(16)).toEqual(pages)
  })

  it('begin anew when the first page is too old, however short the pauses were', async () => {
    const { look, asked, pass } = elevenPages((request) => (request > 1 && request < 12 ? 'throttled' : undefined))
    for (let n = 0; n < 10; n += 1) {
      await expect(look()).rejects.toMatchObject({ code: 'throttled' })
      pass(100_000)
    }
    await look()
    expect(asked.filter((page) => page === 1)).toHaveLength(2)
  })

  it('begin anew when their token is no longer known', async () => {
    const { look, asked } = elevenPages((request) =>
      request === 5 ? 'throttled' : request === 6 ? 'invalid' : undefined,
    )
    expect((await patiently(look)).found).toEqual(pages)
    expect(asked).toEqual([1, 2, 3, 4, 5, 5, ...pages])
  })

  it('begin anew behind a failure that trying again does not mend', async () => {
    const { look, asked } = elevenPages((request) => (request === 5 ? 'denied' : undefined))
    await expect(look()).rejects.toMatchObject({ code: 'denied' })
    await look()
    expect(asked.slice(5)).toEqual(pages)
  })

  it('end when they go round in a circle', async () => {
    // nothing of it is asked for here
    const context = { target: {} as Aws, signal: new AbortController().signal, now: () => 0 }
    const look = () =>
      allPages(context, 'loop', (token) => Promise.resolve({ items: [1], next: token === 'a' ? 'b' : 'a' }))
    await expect(look()).rejects.toMatchObject({ code: 'transient' })
  })
})
