import type { Asking } from '../aws/ask.ts'
import { describeAuthority } from './authorities.ts'
import { ask } from './client.ts'

/** Days during which AWS can still restore a deleted CA; the most there are. */
const restorableDays = 30

/** Disables a CA where that is needed and deletes it. Safe to call again. */
export async function deleteAuthority(context: Asking, arn: string): Promise<void> {
  const authority = await describeAuthority(context, arn)
  if (authority === undefined || authority.Status === 'DELETED') return
  if (authority.Status === 'ACTIVE')
    await ask(context, 'UpdateCertificateAuthority', (client, options) =>
      client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' }, options),
    )
  await ask(context, 'DeleteCertificateAuthority', (client, options) =>
    client.deleteCertificateAuthority(
      { CertificateAuthorityArn: arn, PermanentDeletionTimeInDays: restorableDays },
      options,
    ),
  )
}
