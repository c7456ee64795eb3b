/**
 * How the simulated AWS Private CA behaves where time or an account decides. Durations are on the sandbox's clock, in
 * milliseconds. `[M]` the API model says so, `[D]` the user guide says so, `[?]` a guess that nothing public pins down.
 */
export interface PcaSettings {
  /** From CreateCertificateAuthority until the CSR is there [?]. */
  readonly creatingMs: number
  /** From CreateCertificateAuthority until ListCertificateAuthorities shows the CA [?]. */
  readonly listLagMs: number
  /** From an import until DescribeCertificateAuthority answers ACTIVE [?]. */
  readonly activationLagMs: number
  /** From ACTIVE until IssueCertificate no longer answers InvalidStateException [?: seen by Terraform, length unknown]. */
  readonly issueLagMs: number
  /** From IssueCertificate until GetCertificate gives the certificate [?]. */
  readonly issuingMs: number
  /** From ACTIVE with a CRL configured until the first CRL is published [?]. */
  readonly firstCrlMs: number
  /** From a revocation until the CRL has it [D: about 30 minutes]. */
  readonly crlAfterRevocationMs: number
  /** From CreateCertificateAuthorityAuditReport until it is there [?]. */
  readonly auditReportMs: number
  /** Between two audit reports of one CA [D]. */
  readonly auditReportIntervalMs: number
  /** How long an idempotency token is remembered [M]. */
  readonly idempotencyMs: number
  /** How far `notBefore` lies before the time of issue [M: 60 minutes]. */
  readonly notBeforeMs: number
  /** CAs in one account and Region [?]. */
  readonly authorityQuota: number
  /** Most items on one page of any list [D: 100 for CAs]. */
  readonly pageSize: number
  /** When set, every CA ends as FAILED with this FailureReason. */
  readonly creationFails: 'REQUEST_TIMED_OUT' | 'UNSUPPORTED_ALGORITHM' | 'OTHER' | undefined
}

export const standardSettings: PcaSettings = {
  creatingMs: 30_000,
  listLagMs: 3_000,
  activationLagMs: 5_000,
  issueLagMs: 20_000,
  issuingMs: 2_000,
  firstCrlMs: 60_000,
  crlAfterRevocationMs: 30 * 60_000,
  auditReportMs: 60_000,
  auditReportIntervalMs: 30 * 60_000,
  idempotencyMs: 5 * 60_000,
  notBeforeMs: 60 * 60_000,
  authorityQuota: 200,
  pageSize: 100,
  creationFails: undefined,
}
