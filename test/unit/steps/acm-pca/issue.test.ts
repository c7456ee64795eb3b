import type { IssueCertificateCommandInput } from '@aws-sdk/client-acm-pca'
import { describe, expect, it } from 'vitest'
import { parseCertificate, type Certificate } from '../../../../steps/x509/model/certificate.ts'
import { csrPem, parseCsr } from '../../../../steps/x509/model/csr.ts'
import { octetString, utf8String } from '../../../../steps/x509/model/der.ts'
import {
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeName,
} from '../../../../steps/x509/model/extension.ts'
import { extendedKeyUsageOids, extensionOids, oidName } from '../../../../steps/x509/model/oids.ts'
import { opensslText, opensslVerify } from './openssl.ts'
import { activeAuthority, makeCsr, makeRoot, refusal, startPca, type Pca } from './pca.ts'
import { count } from './run-step.ts'

const { serverAuth, clientAuth, codeSigning, ocspSigning, timeStamping } = extendedKeyUsageOids
const template = (name: string) => `arn:aws:acm-pca:::template/${name}/V1`
const dayMs = 24 * 60 * 60_000

function request(arn: string, changed: Partial<IssueCertificateCommandInput> = {}): IssueCertificateCommandInput {
  return {
    CertificateAuthorityArn: arn,
    Csr: Buffer.from(makeCsr()),
    SigningAlgorithm: 'SHA384WITHECDSA',
    Validity: { Type: 'DAYS', Value: 30 },
    ...changed,
  }
}

interface Issued {
  readonly certificate: Certificate
  readonly pem: string
  readonly chainPem: string
}

async function issued(pca: Pca, input: IssueCertificateCommandInput): Promise<Issued> {
  const { CertificateArn } = await pca.client.issueCertificate(input)
  pca.world.pass(60_000)
  const { CertificateAuthorityArn } = input
  const { Certificate: pem = '', CertificateChain: chainPem = '' } = await pca.client.getCertificate({
    CertificateAuthorityArn,
    CertificateArn,
  })
  return { certificate: parseCertificate(pem), pem, chainPem }
}

/** Names of a certificate's extensions; `!` marks a critical one. */
function extensionNames({ extensions }: Certificate): string[] {
  return extensions.map(({ oid, critical }) => `${oidName(oid)}${critical ? '!' : ''}`)
}

describe('issuing a certificate', () => {
  it('gives an ARN at once and the certificate later, verified by OpenSSL up to the root', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const { CertificateArn } = await pca.client.issueCertificate(request(arn))
    expect(CertificateArn).toMatch(/\/certificate\/[0-9a-f]{32}$/)
    const get = () => pca.client.getCertificate({ CertificateAuthorityArn: arn, CertificateArn })
    expect(await refusal(get())).toBe('RequestInProgressException')
    const { Certificate: pem = '', CertificateChain: chainPem = '' } = await get()
    expect(opensslVerify(pem, chainPem)).toMatch(/OK$/)
    expect(pem.endsWith('-----')).toBe(true)
    expect(CertificateArn?.endsWith(parseCertificate(pem).serialHex)).toBe(true)
  })

  it('is refused for a while after the CA became ACTIVE', async () => {
    const pca = await startPca({ settings: { issueLagMs: 10 * 60_000 } })
    const { arn } = await activeAuthority(pca)
    expect(await refusal(pca.client.issueCertificate(request(arn)))).toBe('InvalidStateException')
    expect(await refusal(pca.client.issueCertificate(request(arn)))).toBeUndefined()
  })

  it('is refused by a CA that is DISABLED', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    await pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    expect(await refusal(pca.client.issueCertificate(request(arn)))).toBe('InvalidStateException')
  })

  it('knows an idempotency token for five minutes', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const input = request(arn, { IdempotencyToken: 'a' })
    const first = await pca.client.issueCertificate(input)
    expect(await pca.client.issueCertificate(input)).toMatchObject({ CertificateArn: first.CertificateArn })
    expect(count(pca.world, 'IssueCertificate')).toBe(1)
    pca.world.pass(5 * 60_000)
    expect((await pca.client.issueCertificate(input)).CertificateArn).not.toBe(first.CertificateArn)
  })

  it.each([
    ['an RSA signature by an elliptic-curve key', { SigningAlgorithm: 'SHA256WITHRSA' }, 'InvalidArgsException'],
    ['an unknown template', { TemplateArn: template('NoCertificate') }, 'InvalidArnException'],
    [
      'a template of another partition',
      { TemplateArn: 'arn:aws-cn:acm-pca:::template/EndEntityCertificate/V1' },
      'InvalidArnException',
    ],
    ['something that is no CSR', { Csr: Buffer.from('no') }, 'MalformedCSRException'],
    ['a CSR without a name', { Csr: Buffer.from(makeCsr('')) }, 'MalformedCSRException'],
    ['an end in the past', { Validity: { Type: 'ABSOLUTE', Value: 1_000_000_000 } }, 'ValidationException'],
    ['an end after the CA’s', { Validity: { Type: 'YEARS', Value: 90 } }, 'ValidationException'],
    ['a validity of nothing', { Validity: { Type: 'DAYS', Value: 0 } }, 'ValidationException'],
    ['a date that is none', { Validity: { Type: 'END_DATE', Value: 20_300_231_000_000 } }, 'InvalidArgsException'],
    ['a relative beginning', { ValidityNotBefore: { Type: 'DAYS', Value: 1 } }, 'InvalidArgsException'],
    ['a root template from a subordinate CA', { TemplateArn: template('RootCACertificate') }, 'InvalidArgsException'],
  ] as const)('refuses %s', async (_name, changed, errorClass) => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    expect(await refusal(pca.client.issueCertificate(request(arn, changed)))).toBe(errorClass)
    expect(count(pca.world, 'IssueCertificate')).toBe(0)
  })

  it('refuses a CSR whose signature was changed', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const der = Buffer.from(parseCsr(makeCsr('CN=unchanged')).der)
    der.write('C', der.indexOf('unchanged'))
    const changed = csrPem(der)
    expect(await refusal(pca.client.issueCertificate(request(arn, { Csr: Buffer.from(changed) })))).toBe(
      'MalformedCSRException',
    )
  })

  it('issues for seven days at the most where the CA is for short-lived certificates', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca, { UsageMode: 'SHORT_LIVED_CERTIFICATE' })
    expect(await refusal(pca.client.issueCertificate(request(arn)))).toBe('ValidationException')
    expect(
      await refusal(pca.client.issueCertificate(request(arn, { Validity: { Type: 'DAYS', Value: 7 } }))),
    ).toBeUndefined()
  })
})

describe('the validity of a certificate', () => {
  const now = Date.UTC(2026, 0, 31, 12)

  it.each([
    ['DAYS', 30, Date.UTC(2026, 2, 2, 12)],
    ['MONTHS', 2, Date.UTC(2026, 2, 31, 12)],
    ['YEARS', 1, Date.UTC(2027, 0, 31, 12)],
    ['ABSOLUTE', Date.UTC(2026, 5, 1) / 1000, Date.UTC(2026, 5, 1)],
    ['END_DATE', 260_601_000_000, Date.UTC(2026, 5, 1)],
    ['END_DATE', 20_260_601_000_000, Date.UTC(2026, 5, 1)],
  ] as const)('counts %s %d from the time of issue, an hour after it begins', async (Type, Value, end) => {
    const pca = await startPca({ realNow: () => now })
    const { arn } = await activeAuthority(
      pca,
      {},
      { notBefore: new Date(now - dayMs) },
      makeRoot({ notBefore: new Date(now - dayMs) }),
    )
    const { certificate } = await issued(pca, request(arn, { Validity: { Type, Value } }))
    expect(certificate.notAfter.getTime()).toBe(end)
    expect(certificate.notBefore.getTime()).toBe(now - 60 * 60_000)
  })

  it('begins when the request says so', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const at = Math.floor(Date.now() / 1000) - 7_000
    const { certificate } = await issued(pca, request(arn, { ValidityNotBefore: { Type: 'ABSOLUTE', Value: at } }))
    expect(certificate.notBefore.getTime()).toBe(at * 1000)
  })
})

describe('a template', () => {
  const tls = ['digitalSignature', 'keyEncipherment']
  it.each([
    ['EndEntityCertificate', false, tls, [serverAuth, clientAuth], false],
    ['EndEntityClientAuthCertificate', false, tls, [clientAuth], false],
    ['EndEntityServerAuthCertificate', false, tls, [serverAuth], false],
    ['CodeSigningCertificate', false, ['digitalSignature'], [codeSigning], true],
    ['OCSPSigningCertificate', false, ['digitalSignature'], [ocspSigning], true],
  ] as const)('%s gives its own usages', async (name, critical, usage, purposes, criticalPurposes) => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const { certificate, pem, chainPem } = await issued(pca, request(arn, { TemplateArn: template(name) }))
    const { decoded } = certificate
    expect(decoded.basicConstraints).toEqual({ ca: false })
    expect(decoded.keyUsage).toEqual(usage)
    expect(decoded.extendedKeyUsage).toEqual(purposes)
    expect(extensionNames(certificate)).toEqual([
      `basicConstraints${critical ? '!' : ''}`,
      'keyUsage!',
      `extendedKeyUsage${criticalPurposes ? '!' : ''}`,
      'subjectKeyIdentifier',
      'authorityKeyIdentifier',
    ])
    expect(opensslVerify(pem, chainPem)).toMatch(/OK$/)
  })

  it.each([0, 1, 2, 3])('SubordinateCACertificate_PathLen%d makes a CA of that path length', async (pathLength) => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const TemplateArn = template(`SubordinateCACertificate_PathLen${pathLength}`)
    const { certificate, pem, chainPem } = await issued(pca, request(arn, { TemplateArn }))
    expect(certificate.decoded.basicConstraints).toEqual({ ca: true, pathLength })
    expect(extensionNames(certificate).slice(0, 2)).toEqual(['basicConstraints!', 'keyUsage!'])
    expect(certificate.decoded.keyUsage).toEqual(['digitalSignature', 'keyCertSign', 'cRLSign'])
    expect(opensslVerify(pem, chainPem)).toMatch(/OK$/)
  })

  it('is refused where the path length of the CA does not allow it', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca, {}, { extensions: [basicConstraints({ ca: true, pathLength: 1 })] })
    const of = (name: string) => refusal(pca.client.issueCertificate(request(arn, { TemplateArn: template(name) })))
    expect(await of('SubordinateCACertificate_PathLen0')).toBeUndefined()
    expect(await of('SubordinateCACertificate_PathLen1')).toBe('ValidationException')
  })

  const asked = [
    subjectAlternativeName([{ kind: 'dns', text: 'csr.example.com' }]),
    keyUsage(['nonRepudiation']),
    extendedKeyUsage([timeStamping]),
    { oid: '1.2.3.4', critical: false, value: octetString(new Uint8Array(1)) },
  ]
  const passthrough = {
    Subject: { CommonName: 'api.example.com' },
    Extensions: {
      SubjectAlternativeNames: [{ DnsName: 'api.example.com' }],
      KeyUsage: { DataEncipherment: true },
      CustomExtensions: [{ ObjectIdentifier: '1.2.3.5', Value: Buffer.from(utf8String('x')).toString('base64') }],
    },
  }

  async function variant(name: string): Promise<Certificate> {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const Csr = Buffer.from(makeCsr('CN=csr.example.com', asked))
    return (await issued(pca, request(arn, { Csr, TemplateArn: template(name), ApiPassthrough: passthrough })))
      .certificate
  }

  it('ignores in silence what it lets nobody add, and takes name and alternative names of the CSR', async () => {
    const certificate = await variant('EndEntityCertificate')
    expect(certificate.subjectText).toBe('CN=csr.example.com')
    expect(certificate.decoded.subjectAlternativeName).toEqual([{ kind: 'dns', text: 'csr.example.com' }])
    expect(certificate.decoded.keyUsage).toEqual(tls)
    expect(certificate.extensions.some(({ oid }) => oid.startsWith('1.2.3.'))).toBe(false)
  })

  it('takes further extensions of the CSR in a CSRPassthrough variant, never its own ones', async () => {
    const certificate = await variant('EndEntityCertificate_CSRPassthrough')
    expect(certificate.decoded.keyUsage).toEqual(tls)
    expect(certificate.decoded.extendedKeyUsage).toEqual([serverAuth, clientAuth])
    expect(certificate.extensions.map(({ oid }) => oid)).toContain('1.2.3.4')
    expect(certificate.extensions.map(({ oid }) => oid)).not.toContain('1.2.3.5')
  })

  it('takes name and extensions of the request in an APIPassthrough variant', async () => {
    const certificate = await variant('EndEntityCertificate_APIPassthrough')
    expect(certificate.subjectText).toBe('CN=api.example.com')
    expect(certificate.decoded.subjectAlternativeName).toEqual([{ kind: 'dns', text: 'api.example.com' }])
    expect(certificate.decoded.keyUsage).toEqual(tls)
    expect(certificate.extensions.map(({ oid }) => oid)).toContain('1.2.3.5')
    expect(certificate.extensions.map(({ oid }) => oid)).not.toContain('1.2.3.4')
  })

  it('prefers the request to the CSR in a blank APICSRPassthrough variant', async () => {
    const certificate = await variant('BlankEndEntityCertificate_APICSRPassthrough')
    expect(certificate.decoded.keyUsage).toEqual(['dataEncipherment'])
    expect(certificate.decoded.extendedKeyUsage).toEqual([timeStamping])
    expect(extensionNames(certificate)[0]).toBe('basicConstraints')
  })

  it('makes basic constraints critical where its name says so', async () => {
    const certificate = await variant('BlankEndEntityCertificate_CriticalBasicConstraints_CSRPassthrough')
    expect(extensionNames(certificate)[0]).toBe('basicConstraints!')
  })

  it('has no plain variant when it is blank', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const TemplateArn = template('BlankEndEntityCertificate')
    expect(await refusal(pca.client.issueCertificate(request(arn, { TemplateArn })))).toBe('InvalidArnException')
  })

  it('adds the CRL and OCSP addresses that the CA has', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca, {
      RevocationConfiguration: {
        CrlConfiguration: {
          Enabled: true,
          ExpirationInDays: 7,
          S3BucketName: 'bucket',
          CustomCname: 'crl.example.com',
        },
        OcspConfiguration: { Enabled: true },
      },
    })
    const { pem, certificate } = await issued(pca, request(arn))
    expect(certificate.decoded.crlDistributionPoints).toEqual([`http://crl.example.com/crl/${arn.split('/')[1]}.crl`])
    expect(opensslText(pem)).toContain('OCSP - URI:http://ocsp.acm-pca.us-east-1.amazonaws.com')
  })

  it('uses the identifier of the CA’s key where its certificate has none', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca, {}, { extensions: [basicConstraints({ ca: true })] })
    const { certificate } = await issued(pca, request(arn))
    expect(certificate.extensions.map(({ oid }) => oid)).toContain(extensionOids.authorityKeyIdentifier)
    expect(certificate.decoded.authorityKeyIdentifier?.keyId).toHaveLength(40)
  })
})
