import { randomUUID } from 'node:crypto'
import { ServiceError } from '../../aws/simulator/service.ts'
import { assembleCsr, csrPem, csrTbs } from '../../x509/model/csr.ts'
import { basicConstraints, keyUsage, type Extension } from '../../x509/model/extension.ts'
import { isOwn, type PcaContext } from './context.ts'
import { keyUsageOf, subjectInformationAccess } from './api-extensions.ts'
import { findReplayed, rememberedOf } from './idempotency.ts'
import { generateKey, signatureAlgorithmOf, signWith, spkiOf } from './keys.ts'
import type { Handlers, RequestOf } from './requests.ts'
import { checkedRevocation } from './revocation-configuration.ts'
import type { Authority } from './state.ts'
import { statusOf } from './status.ts'
import { nameOf } from './subject.ts'
import { checkTags } from './tag-operations.ts'

type Request = RequestOf<'CreateCertificateAuthority'>

export const createOperation: Handlers<'CreateCertificateAuthority'> = {
  CreateCertificateAuthority(input, context) {
    const own = context.store.all().filter(({ arn }) => isOwn(arn, context.caller))
    const replayed = findReplayed(input, own, ({ createdAt }) => createdAt, context)
    if (replayed !== undefined) return { CertificateAuthorityArn: replayed.arn }
    checkQuota(own, context)
    const authority = make(input, context)
    context.store.save(authority, { operation: 'CreateCertificateAuthority', resource: authority.arn })
    return { CertificateAuthorityArn: authority.arn }
  },
}

function checkQuota(own: readonly Authority[], { clock, realNow, settings }: PcaContext): void {
  const counted = own.filter((each) => statusOf(each, clock.now(), realNow()) !== undefined)
  if (counted.length >= settings.authorityQuota)
    throw new ServiceError(
      'LimitExceededException',
      `The limit of ${settings.authorityQuota} certificate authorities is reached.`,
    )
}

function make(input: Request, { caller, clock, settings }: PcaContext): Authority {
  const { CertificateAuthorityConfiguration: wanted, CertificateAuthorityType: type, Tags: tags = [] } = input
  const standard = input.KeyStorageSecurityStandard ?? 'FIPS_140_2_LEVEL_3_OR_HIGHER'
  if (standard === 'CCPC_LEVEL_1_OR_HIGHER' && caller.partition !== 'aws-cn')
    throw new ServiceError(
      'InvalidArgsException',
      'A certificate authority cannot be created in this region with the specified security standard.',
    )
  checkTags(tags)
  const algorithm = signatureAlgorithmOf(wanted.KeyAlgorithm, wanted.SigningAlgorithm)
  const subject = nameOf(wanted.Subject)
  const revocation = checkedRevocation(input.RevocationConfiguration ?? {})
  const privateKeyPem = generateKey(wanted.KeyAlgorithm)
  const tbs = csrTbs({ subject, publicKeySpki: spkiOf(privateKeyPem), extensions: csrExtensions(wanted) })
  const now = clock.now()
  const { partition, region, accountId } = caller
  return {
    arn: `arn:${partition}:acm-pca:${region}:${accountId}:certificate-authority/${randomUUID()}`,
    type,
    configuration: wanted,
    revocation,
    keyStorageSecurityStandard: standard,
    usageMode: input.UsageMode ?? 'GENERAL_PURPOSE',
    tags: [...tags],
    ...rememberedOf(input),
    privateKeyPem,
    csrPem: csrPem(assembleCsr(tbs, algorithm, signWith(privateKeyPem, algorithm, tbs))),
    createdAt: now,
    readyAt: now + settings.creatingMs,
    listedAt: now + settings.listLagMs,
    changedAt: now + settings.creatingMs,
    ...(settings.creationFails === undefined ? {} : { failure: settings.creationFails }),
    disabled: false,
    issued: [],
    permissions: [],
    auditReports: [],
    outbox: [],
  }
}

function csrExtensions({ CsrExtensions: wanted = {} }: Request['CertificateAuthorityConfiguration']): Extension[] {
  return [
    basicConstraints({ ca: true }),
    ...(wanted.KeyUsage === undefined ? [] : [keyUsage(keyUsageOf(wanted.KeyUsage))]),
    ...(wanted.SubjectInformationAccess === undefined
      ? []
      : [subjectInformationAccess(wanted.SubjectInformationAccess)]),
  ]
}
