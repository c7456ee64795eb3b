import { StepError } from '../../../engine/step/errors.ts'
import { parseCertificate, parseCertificates, verifyCertificate } from '../../x509/model/certificate.ts'
import { parseCertificateList } from '../../x509/model/certificate-list.ts'
import { dateText } from '../../x509/model/time.ts'
import { atLeast, type Finding, type Limits } from './finding.ts'
import type { Thresholds } from './thresholds.ts'

const dayMs = 24 * 60 * 60_000

/** A certificate or CRL that a runbook hands over. */
interface Handed {
  /** Absent: as it calls itself. */
  readonly name?: string
  readonly pem: string
}

export interface Dated {
  /** As AWS shows it; absent: it shows none. */
  readonly clusterCertificatePem: string | undefined
  readonly trustAnchorPem: string | undefined
  readonly certificates: readonly Handed[]
  readonly crls: readonly Handed[]
}

/**
 * Days left of everything that ends: the cluster's certificate and the trust anchor of its clients, certificates and CRLs.
 *
 * @param realNow these dates are of the real clock, in a rehearsal too
 */
export function validityFindings(
  { clusterCertificatePem, trustAnchorPem, certificates, crls }: Dated,
  { certificateDays, crlDays }: Pick<Thresholds, 'certificateDays' | 'crlDays'>,
  realNow: number,
): Finding[] {
  const own = [
    ...(clusterCertificatePem === undefined ? [] : [{ name: 'cluster certificate', pem: clusterCertificatePem }]),
    ...(trustAnchorPem === undefined ? [] : [{ name: 'trust anchor', pem: trustAnchorPem }]),
  ]
  return [
    ...(clusterCertificatePem === undefined ? [notShown] : []),
    ...[...own, ...certificates].flatMap((each) => certificateFindings(each, certificateDays, realNow)),
    ...signatureFindings(clusterCertificatePem, trustAnchorPem),
    ...crls.map((each) => crlFinding(each, crlDays, realNow)),
  ]
}

const notShown: Finding = {
  area: 'certificates',
  item: 'cluster certificate',
  found: 'AWS shows none',
  wanted: 'one',
  verdict: 'warn',
}

function certificateFindings({ name, pem }: Handed, limits: Limits, realNow: number): Finding[] {
  const all = read(name ?? 'a certificate', () => parseCertificates(pem))
  return all.map((certificate) => {
    const { subjectText } = certificate
    const item = name === undefined ? subjectText : all.length === 1 ? name : `${name}: ${subjectText}`
    const begun = certificate.notBefore.getTime() <= realNow
    const finding = daysLeft('certificates', item, certificate.notAfter, limits, realNow)
    return begun
      ? finding
      : { ...finding, found: `not valid before ${dateText(certificate.notBefore)}`, verdict: 'bad' }
  })
}

/** Clients refuse a cluster whose certificate is not by the anchor that they have. */
function signatureFindings(clusterPem: string | undefined, anchorPem: string | undefined): Finding[] {
  if (clusterPem === undefined || anchorPem === undefined) return []
  const cluster = read('cluster certificate', () => parseCertificate(clusterPem))
  const signed = read('trust anchor', () => parseCertificates(anchorPem)).some((anchor) =>
    verifyCertificate(cluster, anchor),
  )
  return [
    {
      area: 'certificates',
      item: 'cluster certificate',
      found: signed ? 'signed by the trust anchor' : 'not signed by the trust anchor',
      wanted: 'signed by the trust anchor',
      verdict: signed ? 'good' : 'bad',
    },
  ]
}

function crlFinding({ name, pem }: Handed, limits: Limits, realNow: number): Finding {
  const list = read(name ?? 'a CRL', () => parseCertificateList(pem))
  const item = name ?? list.issuerText
  if (list.nextUpdate === undefined)
    return { area: 'crls', item, found: 'does not say when the next one is due', wanted: 'a date', verdict: 'bad' }
  return daysLeft('crls', item, list.nextUpdate, limits, realNow)
}

function daysLeft(area: string, item: string, end: Date, limits: Limits, realNow: number): Finding {
  const days = (end.getTime() - realNow) / dayMs
  const left = days < 0 ? `over since ${Math.ceil(-days)} days` : `${Math.floor(days)} days left`
  return {
    area,
    item,
    found: `${left} (${dateText(end)})`,
    wanted: `${limits.warn} days`,
    verdict: atLeast(days, limits),
  }
}

/** Says which of many it is that cannot be read. */
function read<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!StepError.is(error)) throw error
    throw new StepError(error.code, `\`${name}\`: ${error.message}`, { cause: error })
  }
}
