import { randomUUID } from 'node:crypto'
import { ServiceError } from '../../aws/simulator/service.ts'
import { findAuthority, requireStatus, type PcaContext } from './context.ts'
import { seconds } from './describe-operations.ts'
import type { Handlers } from './requests.ts'
import type { Authority, IssuedCertificate } from './state.ts'

export const auditOperations: Handlers<
  'CreateCertificateAuthorityAuditReport' | 'DescribeCertificateAuthorityAuditReport'
> = {
  CreateCertificateAuthorityAuditReport(input, context) {
    const { CertificateAuthorityArn: arn, S3BucketName: bucket, AuditReportResponseFormat: format } = input
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, ['ACTIVE', 'DISABLED'])
    const now = context.clock.now()
    const last = authority.auditReports.at(-1)
    if (last !== undefined && now < last.createdAt + context.settings.auditReportIntervalMs)
      throw new ServiceError('RequestInProgressException', 'An audit report was requested less than 30 minutes ago.')
    const id = randomUUID()
    const key = `audit-report/${arn.split('/')[1]}/${id}.${format.toLowerCase()}`
    const rows = rowsOf(authority, context)
    const report = {
      id,
      bucket,
      key,
      contentType: format === 'JSON' ? 'application/json' : 'text/csv',
      content: format === 'JSON' ? JSON.stringify(rows, undefined, 2) : csv(rows),
      createdAt: now,
      readyAt: now + context.settings.auditReportMs,
    }
    context.store.save(
      { ...authority, auditReports: [...authority.auditReports, report] },
      { operation: 'CreateCertificateAuthorityAuditReport', resource: arn },
    )
    return { AuditReportId: id, S3Key: key }
  },

  DescribeCertificateAuthorityAuditReport({ CertificateAuthorityArn: arn, AuditReportId: id }, context) {
    const { authority } = findAuthority(arn, context)
    const report = authority.auditReports.find((each) => each.id === id)
    if (report === undefined) throw new ServiceError('ResourceNotFoundException', `There is no audit report ${id}.`)
    const ready = context.clock.now() >= report.readyAt
    context.clock.advanceTo(report.readyAt)
    return {
      AuditReportStatus: ready ? 'SUCCESS' : 'CREATING',
      S3BucketName: report.bucket,
      S3Key: report.key,
      CreatedAt: seconds(report.createdAt),
    }
  },
}

const columns = [
  'awsAccountId',
  'requestedByServicePrincipal',
  'certificateArn',
  'serial',
  'subject',
  'notBefore',
  'notAfter',
  'issuedAt',
  'revokedAt',
  'revocationReason',
  'templateArn',
] as const

type Row = Partial<Readonly<Record<(typeof columns)[number], string>>>

function rowsOf({ issued }: Authority, { caller }: PcaContext): Row[] {
  return issued.map((each: IssuedCertificate) => ({
    awsAccountId: caller.accountId,
    certificateArn: each.arn,
    serial: (each.serialHex.match(/../g) ?? []).join(':'),
    subject: each.subject,
    notBefore: iso(each.realNotBefore),
    notAfter: iso(each.realNotAfter),
    issuedAt: iso(each.realIssuedAt),
    ...(each.revoked === undefined
      ? {}
      : { revokedAt: iso(each.revoked.realAt), revocationReason: each.revoked.reason }),
    templateArn: each.templateArn,
  }))
}

function iso(time: number): string {
  return new Date(time)
    .toISOString()
    .replace('.000Z', '+0000')
    .replace(/\.\d{3}Z$/, '+0000')
}

function csv(rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => `"${(row[column] ?? '').replaceAll('"', '""')}"`).join(','))
  return [columns.join(','), ...lines, ''].join('\n')
}
