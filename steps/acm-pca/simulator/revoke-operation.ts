import { ServiceError } from '../../aws/simulator/service.ts'
import { parseCertificate } from '../../x509/model/certificate.ts'
import { findAuthority, requireStatus } from './context.ts'
import { crlDays } from './revocation-configuration.ts'
import type { Handlers } from './requests.ts'

export const revokeOperation: Handlers<'RevokeCertificate'> = {
  RevokeCertificate({ CertificateAuthorityArn: arn, CertificateSerial: serial, RevocationReason: reason }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, ['ACTIVE', 'DISABLED'])
    const serialHex = canonical(serial)
    const own = authority.certificate && parseCertificate(`${authority.certificate.pem}\n`)
    if (own !== undefined && canonical(own.serialHex) === serialHex)
      throw new ServiceError('InvalidRequestException', 'A certificate authority cannot revoke its own certificate.')
    const now = context.clock.now()
    const found = authority.issued.find((each) => canonical(each.serialHex) === serialHex)
    if (found === undefined)
      throw new ServiceError('ResourceNotFoundException', `There is no certificate with the serial number ${serial}.`)
    if (now < found.readyAt) {
      context.clock.advanceTo(found.readyAt)
      throw new ServiceError('RequestInProgressException', 'The certificate is being issued.')
    }
    if (found.revoked !== undefined)
      throw new ServiceError('RequestAlreadyProcessedException', `The certificate ${serial} is revoked already.`)
    const revoked = { ...found, revoked: { realAt: context.realNow(), reason } }
    const due = now + context.settings.crlAfterRevocationMs
    const crlDueAt = crlDays(authority) === undefined ? {} : { crlDueAt: Math.min(authority.crlDueAt ?? due, due) }
    context.store.save(
      { ...authority, issued: authority.issued.map((each) => (each === found ? revoked : each)), ...crlDueAt },
      { operation: 'RevokeCertificate', resource: found.arn },
    )
    return {}
  },
}

/** Hex with or without colons and leading zeros. @throws {ServiceError} `InvalidRequestException` when it is no hex */
function canonical(serial: string): string {
  const digits = serial.replaceAll(':', '').toLowerCase().replace(/^0+/, '')
  if (!/^[0-9a-f]+$/.test(digits))
    throw new ServiceError('InvalidRequestException', `${serial} is not a serial number in hexadecimal.`)
  return digits
}
