import type { JsonObject } from '../../../engine/step/json.ts'
import { parseCertificate } from '../../x509/model/certificate.ts'
import { findAuthority, isOwn } from './context.ts'
import { pageOf } from '../../aws/simulator/paging.ts'
import type { Handlers } from './requests.ts'
import type { Authority } from './state.ts'
import { nextTransition, statusOf, type Status } from './status.ts'

export const describeOperations: Handlers<'DescribeCertificateAuthority' | 'ListCertificateAuthorities'> = {
  DescribeCertificateAuthority({ CertificateAuthorityArn: arn }, context) {
    const { authority, status } = findAuthority(arn, context)
    const answer = { CertificateAuthority: describe(authority, status) }
    // Who looks at something pending wants to see it done: the next look will.
    context.clock.advanceTo(nextTransition(authority, context.clock.now()) ?? 0)
    return answer
  },

  ListCertificateAuthorities(input, context) {
    const now = context.clock.now()
    const own = context.store
      .all()
      .filter(({ arn }) => isOwn(arn, context.caller) && input.ResourceOwner !== 'OTHER_ACCOUNTS')
    const shown = own.flatMap((authority) => {
      const status = statusOf(authority, now, context.realNow())
      return status === undefined || now < authority.listedAt ? [] : [{ authority, status }]
    })
    const { page, ...next } = pageOf(shown, ({ authority }) => authority.arn, input, context.settings.pageSize)
    context.clock.advanceTo(nextChange(own, now))
    return { CertificateAuthorities: page.map(({ authority, status }) => describe(authority, status)), ...next }
  },
}

/** When the list will say something else by itself; the past when it will not. */
function nextChange(own: readonly Authority[], now: number): number {
  const times = own.flatMap((each) => [each.listedAt, nextTransition(each, now) ?? 0]).filter((at) => at > now)
  return times.length === 0 ? 0 : Math.min(...times)
}

function describe(authority: Authority, status: Status): JsonObject {
  const { certificate, deleted } = authority
  const active = certificate !== undefined && status !== 'PENDING_CERTIFICATE'
  const parsed = active ? parseCertificate(certificate.pem) : undefined
  return {
    Arn: authority.arn,
    OwnerAccount: authority.arn.split(':')[4] ?? '',
    CreatedAt: seconds(authority.createdAt),
    LastStateChangeAt: seconds(status === 'CREATING' ? authority.createdAt : authority.changedAt),
    Type: authority.type,
    Status: status,
    ...(status === 'FAILED' ? { FailureReason: authority.failure ?? 'OTHER' } : {}),
    ...(parsed === undefined
      ? {}
      : {
          Serial: (parsed.serialHex.match(/../g) ?? []).join(':'),
          NotBefore: seconds(parsed.notBefore.getTime()),
          NotAfter: seconds(parsed.notAfter.getTime()),
        }),
    // JSON objects: they came from a request and were stored as they were.
    CertificateAuthorityConfiguration: authority.configuration as JsonObject,
    RevocationConfiguration: authority.revocation as JsonObject,
    ...(deleted === undefined ? {} : { RestorableUntil: seconds(deleted.restorableUntil) }),
    KeyStorageSecurityStandard: authority.keyStorageSecurityStandard,
    UsageMode: authority.usageMode,
  }
}

/** Time as the wire carries it: seconds since the epoch, with a fraction. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}
