import { parseCertificate } from '../../x509/model/certificate.ts'
import type { Authority } from './state.ts'

export type Status = 'CREATING' | 'PENDING_CERTIFICATE' | 'ACTIVE' | 'DISABLED' | 'EXPIRED' | 'FAILED' | 'DELETED'

/**
 * The status that the API shows.
 *
 * @param now the sandbox's clock
 * @param realNow the real clock, which certificates expire by
 * @returns `undefined` once it can no longer be restored: then it is gone
 */
export function statusOf(authority: Authority, now: number, realNow: number): Status | undefined {
  if (authority.deleted === undefined) return statusBeforeDeletion(authority, now, realNow)
  return now < authority.deleted.restorableUntil ? 'DELETED' : undefined
}

function statusBeforeDeletion(authority: Authority, now: number, realNow: number): Status {
  if (now < authority.readyAt) return 'CREATING'
  if (authority.failure !== undefined) return 'FAILED'
  const { certificate } = authority
  if (certificate === undefined || now < certificate.activeAt) return 'PENDING_CERTIFICATE'
  if (realNow > parseCertificate(certificate.pem).notAfter.getTime()) return 'EXPIRED'
  return authority.disabled ? 'DISABLED' : 'ACTIVE'
}

/** When the status changes by itself next, on the sandbox's clock; `undefined`: not in a way that a client waits for. */
export function nextTransition(authority: Authority, now: number): number | undefined {
  if (authority.deleted !== undefined) return undefined
  if (now < authority.readyAt) return authority.readyAt
  const { certificate } = authority
  return certificate !== undefined && now < certificate.activeAt ? certificate.activeAt : undefined
}
