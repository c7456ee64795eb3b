import { describe, expect, it } from 'vitest'
import { parseCertificate } from '../../../../steps/x509/model/certificate.ts'
import { parseCertificateList, verifyCertificateList } from '../../../../steps/x509/model/certificate-list.ts'
import { opensslVerify } from './openssl.ts'
import { activeAuthority, makeCsr, refusal, startPca, type Pca } from './pca.ts'
import { count } from './run-step.ts'

const minuteMs = 60_000

/** A sandbox with a CA that publishes CRLs on the sandbox's own server, and a certificate of it. */
async function withCertificate() {
  const pca = await startPca()
  const authority = await activeAuthority(pca, {
    RevocationConfiguration: {
      CrlConfiguration: {
        Enabled: true,
        ExpirationInDays: 7,
        S3BucketName: 'bucket',
        CustomCname: pca.crlCname,
      },
    },
  })
  return { pca, ...authority, ...(await issuedBy(pca, authority.arn)) }
}

async function issuedBy(pca: Pca, arn: string) {
  const { CertificateArn } = await pca.client.issueCertificate({
    CertificateAuthorityArn: arn,
    Csr: Buffer.from(makeCsr()),
    SigningAlgorithm: 'SHA384WITHECDSA',
    Validity: { Type: 'DAYS', Value: 1 },
  })
  pca.world.pass(minuteMs)
  const { Certificate = '', CertificateChain = '' } = await pca.client.getCertificate({
    CertificateAuthorityArn: arn,
    CertificateArn,
  })
  const certificate = parseCertificate(Certificate)
  return {
    pem: Certificate,
    chainPem: CertificateChain,
    serial: certificate.serialHex,
    url: certificate.decoded.crlDistributionPoints?.[0],
  }
}

async function fetched(url: string | undefined): Promise<Uint8Array | number> {
  const response = await fetch(String(url))
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : response.status
}

async function crlAt(url: string | undefined): Promise<Uint8Array> {
  const bytes = await fetched(url)
  if (typeof bytes === 'number') throw new Error(`no CRL: HTTP ${bytes}`)
  return bytes
}

function revoke({ client }: Pca, arn: string, CertificateSerial: string): Promise<unknown> {
  return client.revokeCertificate({
    CertificateAuthorityArn: arn,
    CertificateSerial,
    RevocationReason: 'KEY_COMPROMISE',
  })
}

describe('the CRL of a CA', () => {
  it('is there after activation, at the address in the certificates, signed by the CA and empty', async () => {
    const { url, certificate } = await withCertificate()
    const list = parseCertificateList(await crlAt(url))
    expect(verifyCertificateList(list, certificate)).toBe(true)
    expect(list.entries).toEqual([])
    expect(Number(list.nextUpdate?.getTime()) - list.thisUpdate.getTime()).toBe(7 * 24 * 60 * minuteMs)
  })

  it('is not there before it is due', async () => {
    const pca = await startPca({ settings: { firstCrlMs: 60 * minuteMs } })
    const { arn } = await activeAuthority(pca, {
      RevocationConfiguration: { CrlConfiguration: { Enabled: true, ExpirationInDays: 7, S3BucketName: 'bucket' } },
    })
    const url = `http://${pca.crlCname}/crl/${arn.split('/')[1]}.crl`
    expect(await fetched(url)).toBe(404)
    expect(await fetched(url)).toBeInstanceOf(Uint8Array)
  })

  it('names a revoked certificate half an hour later, with its reason, and OpenSSL agrees', async () => {
    const { pca, arn, serial, url, pem, chainPem } = await withCertificate()
    expect(opensslVerify(pem, chainPem, [await crlAt(url)])).toMatch(/OK$/)
    const numberBefore = parseCertificateList(await crlAt(url)).decoded.crlNumber ?? 0n
    await revoke(pca, arn, serial)
    pca.world.pass(29 * minuteMs)
    expect(parseCertificateList(await crlAt(url)).entries).toEqual([])
    const list = parseCertificateList(await crlAt(url))
    expect(list.entries).toMatchObject([{ serialHex: serial, reasonCode: 1 }])
    expect(list.decoded.crlNumber).toBeGreaterThan(numberBefore)
    expect(opensslVerify(pem, chainPem, [await crlAt(url)])).toContain('certificate revoked')
  })

  it('is made anew before it ends', async () => {
    let today = Date.now()
    const pca = await startPca({ realNow: () => today })
    const { arn } = await activeAuthority(pca, {
      RevocationConfiguration: { CrlConfiguration: { Enabled: true, ExpirationInDays: 2, S3BucketName: 'bucket' } },
    })
    pca.world.pass(minuteMs)
    const url = `http://${pca.crlCname}/crl/${arn.split('/')[1]}.crl`
    const first = parseCertificateList(await crlAt(url))
    today += 1.5 * 24 * 60 * minuteMs
    // Signatures know the real clock too: only the CRL is asked for, which needs none.
    const second = parseCertificateList(await crlAt(url))
    expect(second.thisUpdate.getTime()).toBeGreaterThan(first.thisUpdate.getTime())
  })

  it('is none of an unknown CA', async () => {
    const { pca } = await withCertificate()
    expect(await fetched(`http://${pca.crlCname}/crl/none.crl`)).toBe(404)
  })
})

describe('revoking', () => {
  it('takes a serial number with colons or without', async () => {
    const { pca, arn, serial } = await withCertificate()
    const other = await issuedBy(pca, arn)
    expect(await refusal(revoke(pca, arn, serial.toUpperCase().replace(/..(?=.)/g, '$&:')))).toBeUndefined()
    expect(await refusal(revoke(pca, arn, other.serial))).toBeUndefined()
    expect(count(pca.world, 'RevokeCertificate')).toBe(2)
  })

  it('answers a second request with RequestAlreadyProcessedException', async () => {
    const { pca, arn, serial } = await withCertificate()
    await revoke(pca, arn, serial)
    expect(await refusal(revoke(pca, arn, serial))).toBe('RequestAlreadyProcessedException')
    expect(count(pca.world, 'RevokeCertificate')).toBe(1)
  })

  it('refuses what is no serial number, is unknown, or is the CA’s own', async () => {
    const { pca, arn, certificate } = await withCertificate()
    expect(await refusal(revoke(pca, arn, 'xyz'))).toBe('InvalidRequestException')
    expect(await refusal(revoke(pca, arn, '0123456789'))).toBe('ResourceNotFoundException')
    expect(await refusal(revoke(pca, arn, certificate.serialHex))).toBe('InvalidRequestException')
  })

  it('waits for a certificate that is being issued', async () => {
    const { pca, arn } = await withCertificate()
    const { CertificateArn } = await pca.client.issueCertificate({
      CertificateAuthorityArn: arn,
      Csr: Buffer.from(makeCsr()),
      SigningAlgorithm: 'SHA384WITHECDSA',
      Validity: { Type: 'DAYS', Value: 1 },
    })
    const serial = String(CertificateArn?.split('/').at(-1))
    expect(await refusal(revoke(pca, arn, serial))).toBe('RequestInProgressException')
    expect(await refusal(revoke(pca, arn, serial))).toBeUndefined()
  })

  it('works on a DISABLED CA and not on one without a certificate', async () => {
    const { pca, arn, serial } = await withCertificate()
    await pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    expect(await refusal(revoke(pca, arn, serial))).toBeUndefined()
    await pca.client.deleteCertificateAuthority({ CertificateAuthorityArn: arn })
    expect(await refusal(revoke(pca, arn, serial))).toBe('InvalidStateException')
  })
})
