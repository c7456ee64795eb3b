import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../../../steps/cloudhsm/client.ts'
import type { HsmKey } from '../../../../steps/cloudhsm/hsm-client/keys.ts'
import type { ListedUser } from '../../../../steps/cloudhsm/hsm-client/listed-users.ts'
import { backupFindings, copyFindings } from '../../../../steps/cloudhsm/posture/backup-findings.ts'
import { clientFinding } from '../../../../steps/cloudhsm/posture/client-finding.ts'
import type { Finding } from '../../../../steps/cloudhsm/posture/finding.ts'
import { keyFindings, ownerFindings } from '../../../../steps/cloudhsm/posture/key-findings.ts'
import { peopleFindings } from '../../../../steps/cloudhsm/posture/people-findings.ts'
import { spreadFindings } from '../../../../steps/cloudhsm/posture/spread.ts'
import { completeThresholds } from '../../../../steps/cloudhsm/posture/thresholds.ts'
import { validityFindings } from '../../../../steps/cloudhsm/posture/validity.ts'
import { certificateListPem } from '../../../../steps/x509/model/certificate-list.ts'
import { parseCertificate } from '../../../../steps/x509/model/certificate.ts'
import { parseName } from '../../../../steps/x509/model/name.ts'
import { makeCrl, makeKey, makeRoot } from '../x509/model/hierarchy.ts'
import { backupOf, cluster, copyOf, day, now } from './backup-of.ts'
import { makeAnchor, pem, sign } from './hsm.ts'

const standard = completeThresholds()
const offline = completeThresholds({ hsms: 0 })
const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict)
const verdictOf = (findings: readonly Finding[], item: string | RegExp) =>
  findings.find((each) => (typeof item === 'string' ? each.item === item : item.test(each.item)))?.verdict

function clusterWith(zones: readonly string[], changed: Partial<Cluster> = {}): Cluster {
  const Hsms = zones.map((zone, n) => ({
    HsmId: `hsm-aaaaaaaaaa${n}`,
    EniId: `eni-0000000${n}`,
    AvailabilityZone: `us-east-1${zone}`,
    State: 'ACTIVE',
  }))
  const SubnetMapping = { 'us-east-1a': 'subnet-1', 'us-east-1b': 'subnet-2', 'us-east-1c': 'subnet-3' }
  return { ClusterId: cluster, State: 'ACTIVE', Hsms, SubnetMapping, ...changed }
}

describe('spread', () => {
  it('is good with two HSMs in two zones of three', () => {
    expect(verdicts(spreadFindings(clusterWith(['a', 'b']), standard))).toEqual(['good', 'good', 'good', 'good'])
  })

  it('is bad with two HSMs in one zone, and with one', () => {
    expect(verdictOf(spreadFindings(clusterWith(['a', 'a']), standard), 'Availability Zones')).toBe('bad')
    expect(verdictOf(spreadFindings(clusterWith(['a']), standard), 'HSMs')).toBe('bad')
  })

  it('is worth a warning with fewer HSMs than wanted, two at least', () => {
    const three = completeThresholds({ hsms: 3 })
    expect(verdictOf(spreadFindings(clusterWith(['a', 'b']), three), 'HSMs')).toBe('warn')
  })

  it('tells states that pass from those that do not, of the cluster and of each HSM', () => {
    const state = (State: string) => verdictOf(spreadFindings(clusterWith(['a', 'b'], { State }), standard), cluster)
    expect(['ACTIVE', 'MODIFY_IN_PROGRESS', 'DEGRADED', 'UNINITIALIZED'].map(state)).toEqual([
      'good',
      'warn',
      'bad',
      'bad',
    ])
    const hsms = [
      ...(clusterWith(['a', 'b']).Hsms ?? []),
      { HsmId: 'hsm-bbbbbbbbbbb', EniId: 'eni-bad00000', State: 'DEGRADED' },
    ]
    expect(verdictOf(spreadFindings(clusterWith([], { Hsms: hsms }), standard), 'eni-bad00000')).toBe('bad')
  })

  it('is good of an offline cluster without HSMs, and warns of one that is there', () => {
    expect(verdictOf(spreadFindings(clusterWith([]), offline), 'HSMs')).toBe('good')
    expect(verdictOf(spreadFindings(clusterWith(['a']), offline), 'HSMs')).toBe('warn')
  })

  it('warns where no zone is left to go to, and is bad where there is one only', () => {
    const inZones = (...zones: string[]) =>
      verdictOf(
        spreadFindings(
          clusterWith(['a'], { SubnetMapping: Object.fromEntries(zones.map((zone) => [zone, 'subnet'])) }),
          standard,
        ),
        'subnets',
      )
    expect([inZones('a', 'b', 'c'), inZones('a', 'b'), inZones('a')]).toEqual(['good', 'warn', 'bad'])
  })
})

describe('backups', () => {
  const here = (...backups: ReturnType<typeof backupOf>[]) => ({ region: 'us-east-1', backups })
  const newest = (ageHours: number) =>
    verdictOf(backupFindings(here(backupOf('b', ageHours / 24)), standard, now), /^newest/)

  it('are as good as the newest READY one is young', () => {
    expect([newest(20), newest(30), newest(60)]).toEqual(['good', 'warn', 'bad'])
  })

  it('are bad when none is READY', () => {
    expect(backupFindings(here(backupOf('b', 0, { state: 'CREATE_IN_PROGRESS' })), standard, now)[0]).toMatchObject({
      verdict: 'bad',
      found: 'no READY backup',
    })
  })

  it('of an offline cluster may be old, and must stay', () => {
    const of = (neverExpires: boolean) =>
      verdictOf(backupFindings(here(backupOf('b', 300, { neverExpires })), offline, now), /^newest/)
    expect([of(true), of(false)]).toEqual(['good', 'bad'])
  })

  it('are worth a warning while one takes hours', () => {
    const making = backupOf('making', 3 / 24, { state: 'CREATE_IN_PROGRESS' })
    expect(verdictOf(backupFindings(here(backupOf('b', 0.5), making), standard, now), 'making')).toBe('warn')
  })

  it('count no copy that lies beside them', () => {
    const copy = copyOf('copy', backupOf('b', 1), 0.5)
    expect(backupFindings({ region: 'us-east-1', backups: [copy] }, standard, now)[0]?.found).toBe('no READY backup')
  })
})

describe('copies', () => {
  const here = { region: 'us-east-1', backups: [] }
  const there = (...backups: ReturnType<typeof backupOf>[]) => ({ region: 'eu-west-1', backups })
  const newest = (contentDays: number) =>
    verdictOf(copyFindings(here, there(copyOf('c', backupOf('b', contentDays), 1)), standard, now), /^newest/)

  it('are as good as their contents are young, whenever they were copied', () => {
    expect([newest(20), newest(40), newest(100)]).toEqual(['good', 'warn', 'bad'])
  })

  it('are bad when there is none, and a warning where nobody looked elsewhere', () => {
    expect(verdicts(copyFindings(here, there(), standard, now))).toEqual(['bad'])
    expect(verdicts(copyFindings(here, here, standard, now))).toEqual(['warn'])
    expect(copyFindings(here, here, completeThresholds({ copies: false }), now)).toEqual([])
  })
})

describe('people', () => {
  const user = (username: string, changed: Partial<ListedUser> = {}): ListedUser => ({
    username,
    role: 'admin',
    locked: false,
    quorumKey: true,
    everywhere: true,
    ...changed,
  })
  const admins = (count: number) => Array.from({ length: count }, (_, n) => user(`admin${n}`))
  const quorum = (users: readonly ListedUser[], value = 2) =>
    verdictOf(peopleFindings(users, { user: value, quorum: value }, standard), 'service user')

  it('have head-room of two admins beyond the quorum', () => {
    expect([quorum(admins(4)), quorum(admins(3)), quorum(admins(2))]).toEqual(['good', 'warn', 'bad'])
  })

  it('count to a quorum when they are not locked and have a key', () => {
    expect(quorum([...admins(3), user('locked', { locked: true })])).toBe('warn')
    expect(quorum([...admins(3), user('keyless', { quorumKey: false })])).toBe('warn')
    expect(quorum([...admins(3), user('cu', { role: 'crypto-user' })])).toBe('warn')
  })

  it('are worth a warning where one decides alone', () => {
    expect(quorum(admins(5), 1)).toBe('warn')
    expect(verdictOf(peopleFindings(admins(5), {}, standard), 'service quorum')).toBe('warn')
  })

  it('are bad when locked, when not on every HSM, and before activation', () => {
    const of = (changed: Partial<ListedUser>) => verdictOf(peopleFindings([user('u', changed)], {}, standard), 'u')
    expect(of({})).toBe('good')
    expect([of({ locked: true }), of({ everywhere: false }), of({ role: 'unactivated-admin' })]).toEqual([
      'bad',
      'bad',
      'bad',
    ])
  })
})

describe('keys', () => {
  const key = (changed: Partial<HsmKey> = {}): HsmKey => ({
    reference: '0x01',
    owners: ['rootcu'],
    sharedWith: [],
    manageQuorum: 0,
    useQuorum: 0,
    everywhere: true,
    class: 'private-key',
    id: '0a',
    label: 'example-root',
    booleans: { sign: true, extractable: true },
    algorithm: 'ec-p384',
    spki: undefined,
    ...changed,
  })
  const wanted = { label: 'example-root', attributes: { sign: true, extractable: true } }
  const of = (...keys: HsmKey[]) => keyFindings([wanted], [{ username: 'rootcu', keys }])

  it('are good as wanted, the public half left alone', () => {
    expect(verdicts(of(key(), key({ reference: '0x02', class: 'public-key' })))).toEqual(['good'])
  })

  it('are bad for each attribute that is another or not told', () => {
    expect(of(key({ booleans: { sign: false } })).map(({ found, wanted: as }) => [found, as])).toEqual([
      ['sign: false', 'true'],
      ['extractable: not told', 'true'],
    ])
  })

  it('are bad when missing, twice there, or not on every HSM', () => {
    expect(of()[0]).toMatchObject({ verdict: 'bad', found: '0 keys' })
    expect(of(key(), key({ reference: '0x03' }))[0]).toMatchObject({ verdict: 'bad', found: '2 keys' })
    expect(of(key({ everywhere: false }))[0]).toMatchObject({ verdict: 'bad', found: 'not on every HSM' })
  })

  it('are bad when fewer must agree than wanted', () => {
    const quorum = { ...wanted, manageQuorum: 2 }
    expect(verdicts(keyFindings([quorum], [{ username: 'rootcu', keys: [key()] }]))).toEqual(['bad'])
    expect(verdicts(keyFindings([quorum], [{ username: 'rootcu', keys: [key({ manageQuorum: 2 })] }]))).toEqual([
      'good',
    ])
  })

  it('shared by two who were looked at are one key', () => {
    const seen = ['rootcu', 'appcu'].map((username) => ({ username, keys: [key()] }))
    expect(verdicts(keyFindings([wanted], seen))).toEqual(['good'])
  })

  it('have owners who must not be deleted; who was not looked at is a warning', () => {
    const users = ['rootcu', 'appcu', 'newcu'].map((username): ListedUser => {
      return { username, role: 'crypto-user', locked: false, quorumKey: false, everywhere: true }
    })
    const seen = [
      { username: 'rootcu', keys: [key(), key({ reference: '0x02', class: 'public-key' })] },
      { username: 'appcu', keys: [key({ sharedWith: ['appcu'] })] },
    ]
    expect(ownerFindings(users, seen).map(({ found, verdict }) => [found, verdict])).toEqual([
      ['owns 1 key: example-root', 'good'],
      ['owns no keys', 'good'],
      ['not looked at: nobody logs in as this user', 'warn'],
    ])
  })
})

describe('the version of the client', () => {
  it('is compared by its numbers', () => {
    const of = (version: string) => clientFinding('here', version, '5.17.0').verdict
    expect(['5.17.0', '5.17.1-1', 'CloudHSM CLI 6.0', '5.9.0', '5.17', 'none'].map(of)).toEqual([
      'good',
      'good',
      'good',
      'bad',
      'good',
      'bad',
    ])
  })
})

describe('validity', () => {
  const real = Date.now()
  const anchor = makeAnchor({ notAfter: new Date(real + 3650 * day) })
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ends = (days: number, by = anchor, notBefore = new Date(real - 9 * day)) =>
    pem(
      sign(by, {
        subject: parseName('CN=HSM'),
        publicKeySpki: publicKey.export({ type: 'spki', format: 'der' }),
        notBefore,
        notAfter: new Date(real + days * day),
      }),
    )
  const findings = (changed: Partial<Parameters<typeof validityFindings>[0]> = {}) =>
    validityFindings(
      {
        clusterCertificatePem: ends(400),
        trustAnchorPem: pem(anchor.certificate),
        certificates: [],
        crls: [],
        ...changed,
      },
      standard,
      real,
    )

  it('is good with years left, and the cluster’s certificate signed by the anchor', () => {
    expect(verdicts(findings())).toEqual(['good', 'good', 'good'])
  })

  it('is worth a warning before it is bad, and bad when it is over or not begun', () => {
    const of = (certificate: string) =>
      verdictOf(findings({ certificates: [{ name: 'sub', pem: certificate }] }), 'sub')
    expect([of(ends(200)), of(ends(60)), of(ends(10)), of(ends(-1))]).toEqual(['good', 'warn', 'bad', 'bad'])
    expect(of(ends(200, anchor, new Date(real + day)))).toBe('bad')
  })

  it('calls what has no name as it calls itself', () => {
    const key = makeKey()
    const root = makeRoot(key)
    const crl = certificateListPem(makeCrl(root, key))
    const items = findings({ certificates: [{ pem: ends(200) }], crls: [{ pem: crl }] }).map(({ item }) => item)
    expect(items).toContain(parseCertificate(ends(200)).subjectText)
    expect(items).toContain(root.subjectText)
  })

  it('is bad when clients have another anchor', () => {
    const { privateKey, publicKey: other } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const foreign = makeAnchor({}, { privateKey, publicKey: other })
    expect(findings({ clusterCertificatePem: ends(400, foreign) }).at(-1)).toMatchObject({ verdict: 'bad' })
  })

  it('of a CRL is until the next one is due', () => {
    const key = makeKey()
    const root = makeRoot(key)
    const of = (days: number) => {
      const thisUpdate = new Date(real - 30 * day)
      const crl = makeCrl(root, key, { thisUpdate, nextUpdate: new Date(real + days * day) })
      return verdictOf(findings({ crls: [{ name: 'root CRL', pem: certificateListPem(crl) }] }), 'root CRL')
    }
    expect([of(20), of(5), of(1), of(-1)]).toEqual(['good', 'warn', 'bad', 'bad'])
  })

  it('names each certificate of several', () => {
    const items = findings({ certificates: [{ name: 'chain', pem: ends(200) + pem(anchor.certificate) }] })
    expect(items.filter(({ item }) => item.startsWith('chain: '))).toHaveLength(2)
  })

  it('says which one cannot be read', () => {
    expect(() => findings({ certificates: [{ name: 'broken', pem: '-----BEGIN CERTIFICATE-----\n' }] })).toThrow(
      '`broken`',
    )
  })

  it('warns where AWS shows no certificate of the cluster', () => {
    expect(verdicts(findings({ clusterCertificatePem: undefined }))).toEqual(['warn', 'good'])
  })
})
