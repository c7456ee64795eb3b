import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { parseCertificate } from '../../../../steps/x509/model/certificate.ts'
import { parseCsr, verifyCsr } from '../../../../steps/x509/model/csr.ts'
import { anchored, clusterOf, createdCluster, deletedHsm, hsmAt, initialized, refusal, startHsm } from './hsm.ts'

// Statements of hsm-pki.md section 1.3 on the identity of HSMs.

interface Shown {
  readonly ClusterCsr: string
  readonly HsmCertificate: string
  readonly AwsHardwareCertificate: string
  readonly ManufacturerHardwareCertificate: string
}

interface Roots {
  readonly awsRootPem: string
  readonly manufacturerRootPem: string
}

async function shownIdentity(): Promise<{ readonly shown: Shown; readonly roots: Roots }> {
  const hsm = await startHsm({ wanted: { cloudhsm: {} } })
  const id = await createdCluster(hsm)
  await hsmAt(hsm, id, 'us-east-1a')
  const shown = (await clusterOf(hsm, id))?.Certificates as Shown // all four are there, another test says
  return { shown, roots: hsm.facts['cloudhsm'] as JsonObject & Roots } // as `seed` makes it
}

describe('the identity of an HSM', () => {
  /** OpenSSL's word for it. */
  function verifies(shown: Shown, root: string, hardware: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-chain-'))
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const chain = ['-CAfile', file('root.pem', root), '-untrusted', file('hardware.pem', hardware)]
    return execFileSync('openssl', ['verify', '-x509_strict', ...chain, file('hsm.pem', shown.HsmCertificate)], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

  it('is vouched for by AWS, and by the manufacturer, each in its own way', async () => {
    const { shown, roots } = await shownIdentity()
    const { AwsHardwareCertificate: byAws, ManufacturerHardwareCertificate: byManufacturer } = shown
    expect(verifies(shown, roots.awsRootPem, byAws)).toMatch(/hsm\.pem: OK/)
    expect(verifies(shown, roots.manufacturerRootPem, byManufacturer)).toMatch(/hsm\.pem: OK/)
    expect(() => verifies(shown, roots.awsRootPem, byManufacturer)).toThrow()
  })

  it('has one key in the HSM certificate and in the CSR, which is signed with it', async () => {
    const { shown } = await shownIdentity()
    const csr = parseCsr(shown.ClusterCsr)
    expect(csr.spkiSha256).toBe(parseCertificate(shown.HsmCertificate).spkiSha256)
    expect(verifyCsr(csr)).toBe(true)
  })

  it('names the HSM, its partition and its mode', async () => {
    const { shown } = await shownIdentity()
    expect(parseCsr(shown.ClusterCsr).subjectText).toMatch(/CN=HSM:[^:]+:PARTN:\d+\\, for FIPS mode/)
  })
})

describe('an HSM that the service replaces', () => {
  it('before initialization makes the CSR another one, and what was signed for the old one worthless', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    const wanted = await anchored(hsm, id)
    const before = await clusterOf(hsm, id)
    hsm.world.plan('cloudhsm:InitializeCluster', 'replaced')
    expect(await refusal(hsm.client.initializeCluster(wanted))).toBe('CloudHsmInvalidRequestException')
    const after = await clusterOf(hsm, id)
    const [old, another] = [before, after].map((each) => parseCsr(String(each?.Certificates?.ClusterCsr)).spkiSha256)
    expect(another).not.toBe(old)
    expect(after?.Hsms?.[0]?.HsmId).not.toBe(before?.Hsms?.[0]?.HsmId)
    expect(after?.Hsms?.[0]).toMatchObject({
      EniId: before?.Hsms?.[0]?.EniId,
      EniIp: before?.Hsms?.[0]?.EniIp,
      State: 'ACTIVE',
    })
    await hsm.client.initializeCluster(await anchored(hsm, id))
  })

  it('and deleted before initialization takes the CSR with it; the next one has another', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    const { SignedCert, TrustAnchor } = await anchored(hsm, id)
    const [first] = (await clusterOf(hsm, id))?.Hsms ?? []
    await deletedHsm(hsm, id, String(first?.EniId))
    expect((await clusterOf(hsm, id))?.Certificates).toEqual({})
    await hsmAt(hsm, id, 'us-east-1a')
    const call = hsm.client.initializeCluster({ ClusterId: id, SignedCert, TrustAnchor })
    expect(await refusal(call)).toBe('CloudHsmInvalidRequestException')
  })
})

describe('HSMs of a cluster that is not activated', () => {
  it('are one: another is refused [?], by a setting', async () => {
    const hsm = await startHsm()
    const id = await initialized(hsm)
    expect(await refusal(hsmAt(hsm, id, 'us-east-1b'))).toBe('CloudHsmInvalidRequestException')
    const other = await startHsm({ settings: { hsmsBeforeActivation: 2 } })
    const two = await initialized(other)
    await hsmAt(other, two, 'us-east-1b')
    expect((await clusterOf(other, two))?.Hsms).toHaveLength(2)
  })
})
