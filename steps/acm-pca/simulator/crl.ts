import { assemble } from '../../x509/model/assemble.ts'
import { parseCertificate } from '../../x509/model/certificate.ts'
import { crlTbs } from '../../x509/model/crl.ts'
import type { RevocationReason } from '../../x509/model/usages.ts'
import type { PcaContext } from './context.ts'
import { signatureAlgorithmOf, signWith } from './keys.ts'
import { crlDays } from './revocation-configuration.ts'
import type { Authority } from './state.ts'
import { statusOf } from './status.ts'

const dayMs = 24 * 60 * 60_000

const reasons: Readonly<Record<string, RevocationReason>> = {
  KEY_COMPROMISE: 'keyCompromise',
  CERTIFICATE_AUTHORITY_COMPROMISE: 'cACompromise',
  AFFILIATION_CHANGED: 'affiliationChanged',
  SUPERSEDED: 'superseded',
  CESSATION_OF_OPERATION: 'cessationOfOperation',
  PRIVILEGE_WITHDRAWN: 'privilegeWithdrawn',
  A_A_COMPROMISE: 'aACompromise',
}

/** What publishing needs of a {@link PcaContext}: nobody calls. */
export type CrlContext = Pick<PcaContext, 'store' | 'clock' | 'realNow'>

/**
 * Publishes every CRL that is due: revocations some time after they happen, by the sandbox's clock; a new one halfway to
 * `nextUpdate`, by the real clock.
 */
export function publishDueCrls(context: CrlContext): void {
  const { store, clock, realNow } = context
  const now = clock.now()
  for (const authority of store.all()) {
    const days = crlDays(authority)
    const status = statusOf(authority, now, realNow())
    if (days === undefined || authority.certificate === undefined || (status !== 'ACTIVE' && status !== 'DISABLED'))
      continue
    const due = authority.crlDueAt !== undefined && authority.crlDueAt <= now
    const old = authority.crl !== undefined && authority.crl.realNextUpdate - realNow() < (days * dayMs) / 2
    if (due || old) store.save(withNewCrl(authority, days, realNow()))
  }
}

function withNewCrl(authority: Authority, days: number, now: number): Authority {
  const { crlDueAt: _, certificate, ...rest } = authority
  if (certificate === undefined) return authority
  const { KeyAlgorithm, SigningAlgorithm } = authority.configuration
  // The configuration was valid when it was stored.
  const algorithm = signatureAlgorithmOf(
    String(KeyAlgorithm),
    SigningAlgorithm as Parameters<typeof signatureAlgorithmOf>[1],
  )
  const number = Math.max((authority.crl?.number ?? 0) + 1, now)
  const nextUpdate = new Date(now + days * dayMs)
  const revoked = authority.issued.flatMap(({ serialHex, revoked: entry, realNotAfter }) =>
    entry === undefined || realNotAfter < now
      ? []
      : [{ serial: serialHex, revokedAt: new Date(entry.realAt), reason: reasons[entry.reason] }],
  )
  const tbs = crlTbs({
    issuer: parseCertificate(`${certificate.pem}\n`),
    signatureAlgorithm: algorithm,
    thisUpdate: new Date(now),
    nextUpdate,
    crlNumber: number,
    revoked,
  })
  const der = assemble(tbs, algorithm, signWith(authority.privateKeyPem, algorithm, tbs))
  const crl = { derBase64: Buffer.from(der).toString('base64'), number, realNextUpdate: nextUpdate.getTime() }
  return { ...rest, certificate, crl }
}
