import { unless, type Asking } from '../aws/ask.ts'
import { ask, type RevocationReason } from './client.ts'

/**
 * Revokes a certificate.
 *
 * @returns whether it was revoked now; false: it was already
 */
export async function revoke(
  context: Asking,
  caArn: string,
  serialHex: string,
  reason: RevocationReason,
): Promise<boolean> {
  const done = await unless(
    'RequestAlreadyProcessedException',
    ask(context, 'RevokeCertificate', async (client, options) => {
      await client.revokeCertificate(
        { CertificateAuthorityArn: caArn, CertificateSerial: serialHex, RevocationReason: reason },
        options,
      )
      return true
    }),
  )
  return done === true
}
