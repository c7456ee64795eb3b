import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import { oid, sequence, tlv, utf8String } from '../../x509/model/der.ts'
import {
  certificatePolicies,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeName,
  type Extension,
} from '../../x509/model/extension.ts'
import { encodeGeneralName, type GeneralName } from '../../x509/model/general-name.ts'
import { extendedKeyUsageOids, extensionOids } from '../../x509/model/oids.ts'
import type { KeyUsage } from '../../x509/model/usages.ts'
import type { configuration, extensions, generalName, keyUsage as keyUsageShape } from './shapes.ts'
import { nameOf } from './subject.ts'

/** Key usages in the order of their bits, by the API's names. */
const usages: Readonly<Record<keyof ValueOf<typeof keyUsageShape>, KeyUsage>> = {
  DigitalSignature: 'digitalSignature',
  NonRepudiation: 'nonRepudiation',
  KeyEncipherment: 'keyEncipherment',
  DataEncipherment: 'dataEncipherment',
  KeyAgreement: 'keyAgreement',
  KeyCertSign: 'keyCertSign',
  CRLSign: 'cRLSign',
  EncipherOnly: 'encipherOnly',
  DecipherOnly: 'decipherOnly',
}

const purposes = {
  SERVER_AUTH: extendedKeyUsageOids.serverAuth,
  CLIENT_AUTH: extendedKeyUsageOids.clientAuth,
  CODE_SIGNING: extendedKeyUsageOids.codeSigning,
  EMAIL_PROTECTION: extendedKeyUsageOids.emailProtection,
  TIME_STAMPING: extendedKeyUsageOids.timeStamping,
  OCSP_SIGNING: extendedKeyUsageOids.ocspSigning,
  SMART_CARD_LOGIN: extendedKeyUsageOids.smartCardLogin,
  DOCUMENT_SIGNING: extendedKeyUsageOids.documentSigning,
  CERTIFICATE_TRANSPARENCY: extendedKeyUsageOids.certificateTransparency,
} as const

const accessMethods = {
  CA_REPOSITORY: '1.3.6.1.5.5.7.48.5',
  RESOURCE_PKI_MANIFEST: '1.3.6.1.5.5.7.48.10',
  RESOURCE_PKI_NOTIFY: '1.3.6.1.5.5.7.48.13',
} as const

export function keyUsageOf(wanted: ValueOf<typeof keyUsageShape>): KeyUsage[] {
  return Object.entries(usages).flatMap(([name, usage]) =>
    Object.entries(wanted).some(([each, on]) => each === name && on) ? [usage] : [],
  )
}

/** The extensions of an ApiPassthrough. */
export function apiExtensions(wanted: ValueOf<typeof extensions>): Extension[] {
  const custom = (wanted.CustomExtensions ?? []).map(({ ObjectIdentifier, Value, Critical = false }) => ({
    oid: ObjectIdentifier,
    critical: Critical,
    value: Uint8Array.from(Buffer.from(Value, 'base64')),
  }))
  return [
    ...(wanted.KeyUsage === undefined ? [] : [keyUsage(keyUsageOf(wanted.KeyUsage))]),
    ...(wanted.ExtendedKeyUsage === undefined ? [] : [extendedKeyUsage(wanted.ExtendedKeyUsage.map(purposeOf))]),
    ...(wanted.SubjectAlternativeNames === undefined
      ? []
      : [subjectAlternativeName(wanted.SubjectAlternativeNames.map(generalNameOf))]),
    ...(wanted.CertificatePolicies === undefined ? [] : [policiesOf(wanted.CertificatePolicies)]),
    ...custom,
  ]
}

type Policies = NonNullable<ValueOf<typeof extensions>['CertificatePolicies']>

function policiesOf(policies: Policies): Extension {
  return certificatePolicies(
    policies.map(({ CertPolicyId, PolicyQualifiers = [] }) => ({
      oid: CertPolicyId,
      cps: PolicyQualifiers.map(({ Qualifier }) => Qualifier.CpsUri),
    })),
  )
}

type Purpose = NonNullable<ValueOf<typeof extensions>['ExtendedKeyUsage']>[number]

function purposeOf({ ExtendedKeyUsageType: type, ExtendedKeyUsageObjectIdentifier: identifier }: Purpose): string {
  const found = type === undefined ? identifier : purposes[type]
  if (found === undefined || (type !== undefined && identifier !== undefined))
    throw invalid('An extended key usage needs either a type or an object identifier.')
  return found
}

type ApiName = ValueOf<typeof generalName>

function generalNameOf(name: ApiName): GeneralName {
  if (Object.keys(name).length !== 1) throw invalid('A general name needs exactly one member.')
  if (name.DnsName !== undefined) return { kind: 'dns', text: name.DnsName }
  if (name.Rfc822Name !== undefined) return { kind: 'email', text: name.Rfc822Name }
  if (name.UniformResourceIdentifier !== undefined) return { kind: 'uri', text: name.UniformResourceIdentifier }
  if (name.IpAddress !== undefined) return { kind: 'ip', address: name.IpAddress }
  if (name.DirectoryName !== undefined) return { kind: 'directory', nameDer: nameOf(name.DirectoryName) }
  if (name.RegisteredId !== undefined) return { kind: 'registered-id', oid: name.RegisteredId }
  if (name.OtherName !== undefined)
    return { kind: 'other', oid: name.OtherName.TypeId, valueDer: utf8String(name.OtherName.Value) }
  const { PartyName = '', NameAssigner } = name.EdiPartyName ?? {}
  const assigner = NameAssigner === undefined ? [] : [tlv(0xa0, utf8String(NameAssigner))]
  return { kind: 'raw', der: tlv(0xa5, ...assigner, tlv(0xa1, utf8String(PartyName))) }
}

type Access = NonNullable<NonNullable<ValueOf<typeof configuration>['CsrExtensions']>['SubjectInformationAccess']>

/** Subject information access; never critical (RFC 5280 section 4.2.2.2). */
export function subjectInformationAccess(access: Access): Extension {
  const descriptions = access.map(({ AccessMethod: method, AccessLocation: location }) => {
    const identifier =
      method.AccessMethodType === undefined ? method.CustomObjectIdentifier : accessMethods[method.AccessMethodType]
    if (identifier === undefined) throw invalid('An access method needs a type or an object identifier.')
    return sequence(oid(identifier), encodeGeneralName(generalNameOf(location)))
  })
  return { oid: extensionOids.subjectInformationAccess, critical: false, value: sequence(...descriptions) }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidArgsException', message)
}
