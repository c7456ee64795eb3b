import { present, unless, type Asking } from '../aws/ask.ts'
import { effectTag } from '../aws/tags.ts'
import { ask, type CertificateAuthority } from './client.ts'

/** @returns `undefined` when AWS does not know it (yet) */
export async function describeAuthority(context: Asking, arn: string): Promise<CertificateAuthority | undefined> {
  const answer = await unless(
    'ResourceNotFoundException',
    ask(context, 'DescribeCertificateAuthority', (client, options) =>
      client.describeCertificateAuthority({ CertificateAuthorityArn: arn }, options),
    ),
  )
  return answer && present(answer.CertificateAuthority, 'acm-pca:DescribeCertificateAuthority', 'CertificateAuthority')
}

/** All CAs of the account in the Region, of every page. */
export async function listAuthorities(context: Asking): Promise<CertificateAuthority[]> {
  const found: CertificateAuthority[] = []
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const NextToken = token
    const page = await ask(context, 'ListCertificateAuthorities', (client, options) =>
      client.listCertificateAuthorities(
        { ResourceOwner: 'SELF', ...(NextToken === undefined ? {} : { NextToken }) },
        options,
      ),
    )
    found.push(...(page.CertificateAuthorities ?? []))
    token = page.NextToken
  }
  return found
}

/** The effect id that a CA is tagged with; `undefined` when it has none, or is gone meanwhile. */
export async function effectOf(context: Asking, arn: string): Promise<string | undefined> {
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const NextToken = token
    const page = await unless(
      'ResourceNotFoundException',
      ask(context, 'ListTags', (client, options) =>
        client.listTags({ CertificateAuthorityArn: arn, ...(NextToken === undefined ? {} : { NextToken }) }, options),
      ),
    )
    const tag = page?.Tags?.find(({ Key }) => Key === effectTag)
    if (tag !== undefined) return tag.Value
    token = page?.NextToken
  }
  return undefined
}
