import { createServer } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { httpSite } from '../../../../steps/http/http-site.ts'
import { reachable } from '../../../../steps/http/reachable.ts'
import { contextWith } from '../../engine/preflight/looking.ts'
import { siteWorld, type SiteWorld } from './site-world.ts'

let world: SiteWorld | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

it('takes any answer below 500 for a site that is there', async () => {
  world = await siteWorld()
  const site = await world.site()
  expect(await reachable.look(site, contextWith([]))).toEqual([
    { what: 'reachable', verdict: 'good', detail: 'answers with status 404' },
  ])
  expect(world.ledger).toEqual([])
})

it('is bad when the server fails, and when there is none', async () => {
  const server = createServer((_, response) => response.writeHead(503).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const site = httpSite(`http://127.0.0.1:${port}/`, { userAgent: 'test' })
  expect(await reachable.look(site, contextWith([]))).toMatchObject([
    { verdict: 'bad', detail: 'answers with status 503' },
  ])
  await new Promise((resolve) => server.close(resolve))
  expect(await reachable.look(site, contextWith([]))).toMatchObject([{ verdict: 'bad', what: 'reachable' }])
})

it('ends as cancelled', async () => {
  const site = httpSite('http://127.0.0.1:9/', { userAgent: 'test' })
  await expect(reachable.look(site, contextWith([], { signal: AbortSignal.abort() }))).rejects.toMatchObject({
    code: 'cancelled',
  })
})
