import type { ServedObject } from '../../aws/simulator/service.ts'
import { publishDueCrls, type CrlContext } from './crl.ts'

/** Serves what AWS Private CA puts into S3: CRLs at `/crl/ID.crl`, audit reports at their key. */
export function findObject(path: string, context: CrlContext): ServedObject | undefined {
  publishDueCrls(context)
  const [, folder, id, file] = path.split('/')
  if (folder === 'audit-report') return auditReport(`${folder}/${id}/${file}`, context)
  const authority = context.store.all().find(({ arn }) => `${arn.split('/')[1]}.crl` === id)
  if (folder !== 'crl' || authority === undefined) return undefined
  const { crl, crlDueAt } = authority
  // Whoever fetches while another CRL is coming gets it the next time.
  if (crlDueAt !== undefined) context.clock.advanceTo(crlDueAt)
  return crl && { contentType: 'application/pkix-crl', bytes: Buffer.from(crl.derBase64, 'base64') }
}

function auditReport(key: string, { store, clock }: CrlContext): ServedObject | undefined {
  const report = store
    .all()
    .flatMap(({ auditReports }) => auditReports)
    .find((each) => each.key === key && clock.now() >= each.readyAt)
  return report && { contentType: report.contentType, bytes: Buffer.from(report.content, 'utf8') }
}
