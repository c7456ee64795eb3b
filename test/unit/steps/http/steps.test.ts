import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetch } from '../../../../steps/http/fetch.ts'
import { httpSite } from '../../../../steps/http/http-site.ts'
import { publish } from '../../../../steps/http/publish.ts'
import { publishedForm } from '../../../../steps/http/published-form.ts'
import { contextFor, memoryArtifacts } from '../../../contract/contract-context.ts'
import { sampleCrl, siteWorld, type SiteWorld } from './site-world.ts'

const { signal } = new AbortController()
const [old, fresh] = [sampleCrl(1), sampleCrl(2)]
const inputs = { path: 'root.crl', content: fresh.pem, as: 'der' } as const
let world: SiteWorld

beforeEach(async () => {
  world = await siteWorld()
})
afterEach(() => world.close())

describe('http.publish', () => {
  it('publishes a CRL as DER with its media type', async () => {
    const site = await world.site()
    await publish.apply(inputs, contextFor<'site'>(site, { effectId: 'e' }))
    expect(await site.look('root.crl', signal)).toMatchObject({
      bytes: Buffer.from(fresh.der),
      contentType: 'application/pkix-crl',
    })
  })

  it('leaves another content alone unless told to replace it', async () => {
    const site = await world.site()
    await site.put('root.crl', old.der, 'application/pkix-crl', signal)
    expect(await publish.check(inputs, contextFor<'site'>(site))).toMatchObject({ state: 'conflict' })
    expect(await publish.check({ ...inputs, replace: true }, contextFor<'site'>(site))).toMatchObject({
      state: 'different',
      before: { contentType: 'application/pkix-crl' },
    })
  })

  it('takes back nothing that somebody else put there since', async () => {
    const site = await world.site()
    const context = contextFor<'site'>(site, { effectId: 'e' }, { artifacts: memoryArtifacts() })
    await publish.apply(inputs, context)
    const looked = await publish.check(inputs, context)
    if (looked.state !== 'satisfied' || typeof publish.undo === 'string') throw new Error('it was published')
    await site.put('root.crl', sampleCrl(9).der, 'application/pkix-crl', signal)
    await expect(publish.undo.run(inputs, looked.outputs, context)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('http.fetch', () => {
  it('waits until something is published, and until it is what is expected', async () => {
    const site = await world.site()
    const crl = { url: `${site.baseUrl}root.crl`, pemLabel: 'X509 CRL' } as const
    expect(await fetch.check(crl, contextFor<'site'>(site))).toMatchObject({ state: 'pending' })
    await site.put('root.crl', fresh.der, 'application/pkix-crl', signal)
    expect(await fetch.check({ ...crl, expectSha256: '0'.repeat(64) }, contextFor<'site'>(site))).toMatchObject({
      state: 'pending',
    })
    expect(await fetch.check(crl, contextFor<'site'>(site))).toMatchObject({
      state: 'satisfied',
      outputs: { url: crl.url, pem: fresh.pem, bytesBase64: Buffer.from(fresh.der).toString('base64') },
    })
  })

  it('gives the same PEM for a CRL that is served as PEM', async () => {
    const site = await world.site()
    await site.put('root.pem', Buffer.from(fresh.pem), 'application/x-pem-file', signal)
    const answer = await fetch.check({ url: 'root.pem', pemLabel: 'X509 CRL' }, contextFor<'site'>(site))
    expect(answer).toMatchObject({ outputs: { pem: fresh.pem } })
  })

  it('takes no web page for a CRL', async () => {
    const site = await world.site()
    await site.put('root.crl', Buffer.from('<html>welcome</html>'), 'text/html', signal)
    const work = fetch.check({ url: 'root.crl', pemLabel: 'X509 CRL' }, contextFor<'site'>(site))
    await expect(work).rejects.toMatchObject({ code: 'invalid' })
  })

  it('does not follow redirects, and shows where they lead', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(302, { Location: 'http://elsewhere.example/' }).end(),
    )
    const url = await new Promise<string>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`)
      }),
    )
    const site = httpSite(url, { userAgent: 'test' })
    await expect(site.get('root.crl', signal)).rejects.toMatchObject({
      code: 'invalid',
      facts: { status: 302, location: 'http://elsewhere.example/' },
    })
    server.close()
  })
})

describe('publishedForm', () => {
  it('decodes exactly one block', () => {
    expect(publishedForm(fresh.pem, 'der').bytes).toEqual(fresh.der)
    expect(() => publishedForm(fresh.pem + old.pem, 'der')).toThrow('one PEM block')
    expect(() => publishedForm('text', 'der')).toThrow('found none')
  })

  it('publishes no private key in any form', () => {
    const key = '-----BEGIN EC PRIVATE KEY-----\nMC4C\n-----END EC PRIVATE KEY-----\n'
    for (const form of ['der', 'pem', 'text'] as const) expect(() => publishedForm(key, form)).toThrow(/private key/i)
  })
})
