import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Value } from 'typebox/value'
import type { JsonObject } from '../../engine/step/json.ts'
import { createCa } from '../../steps/acm-pca/create-ca.ts'
import { getCsr } from '../../steps/acm-pca/get-csr.ts'
import { importCaCertificate } from '../../steps/acm-pca/import-ca-certificate.ts'
import { issueCertificate } from '../../steps/acm-pca/issue-certificate.ts'
import { revokeCertificate } from '../../steps/acm-pca/revoke-certificate.ts'
import { authoritySchema, type Authority } from '../../steps/acm-pca/simulator/state.ts'
import { certificatePem } from '../../steps/x509/model/certificate.ts'
import {
  activeAuthority,
  createdAuthority,
  makeCsr,
  makeRoot,
  signedFor,
  startPca,
  type Pca,
} from '../unit/steps/acm-pca/pca.ts'
import { applied } from '../unit/steps/acm-pca/run-step.ts'
import type { TestWorld } from '../unit/steps/aws/sandbox.ts'
import { stepContract, type ContractFailure, type ContractWorld } from './step-contract.ts'

const worlds = new WeakMap<ContractWorld, Pca>()

/** A sandbox for one test, with what the step needs there already. */
function arranged(prepare: (pca: Pca) => Promise<JsonObject>) {
  return async (): Promise<ContractWorld> => {
    const pca = await startPca()
    const inputs = await prepare(pca)
    const world: ContractWorld = {
      target: pca.aws,
      inputs,
      fingerprint: () => Promise.resolve(inspect(livingAuthorities(pca.world.folder), { depth: 10 })),
      secrets: [secretOf(pca.entry)],
      close: () => pca.running.stop(),
    }
    worlds.set(world, pca)
    return world
  }
}

/** What counts of the state: deleted CAs and revoked certificates are gone as far as an undo can make them. */
function livingAuthorities(folder: string) {
  const pca = join(folder, 'acm-pca')
  const authorities: readonly Authority[] = readdirSync(pca).map((name) =>
    Value.Parse(authoritySchema, JSON.parse(readFileSync(join(pca, name), 'utf8'))),
  )
  return authorities
    .filter(({ deleted }) => deleted === undefined)
    .map(({ arn, disabled, certificate, tags, issued }) => ({
      arn,
      disabled,
      certificate,
      tags,
      issued: issued.filter(({ revoked }) => revoked === undefined).map((each) => each.arn),
    }))
}

function secretOf(entry: JsonObject): string {
  // The simulator's own entry.
  const { secretAccessKey } = entry['credentials'] as { readonly secretAccessKey: string }
  return readFileSync(secretAccessKey.slice('file:'.length), 'utf8')
}

/** The faults that any request can meet. */
function failures(checked: string | undefined, appliedBy: string | undefined): ContractFailure[] {
  const meets = (operation: string, fault: Parameters<TestWorld['plan']>[1]) => (world: ContractWorld) =>
    worlds.get(world)?.world.plan(`acm-pca:${operation}`, fault)
  const looking: ContractFailure[] =
    checked === undefined
      ? []
      : [
          { title: 'a denied look', during: 'check', provoke: meets(checked, 'deny'), code: 'denied' },
          { title: 'a throttled look', during: 'check', provoke: meets(checked, 'throttle'), code: 'throttled' },
        ]
  const changing: ContractFailure[] =
    appliedBy === undefined
      ? []
      : [
          { title: 'a denied request', during: 'apply', provoke: meets(appliedBy, 'deny'), code: 'denied' },
          { title: 'a throttled request', during: 'apply', provoke: meets(appliedBy, 'throttle'), code: 'throttled' },
          { title: 'a wrong clock', during: 'apply', provoke: meets(appliedBy, 'clock-skew'), code: 'denied' },
          {
            title: 'a failure of the service',
            during: 'apply',
            provoke: meets(appliedBy, 'fail'),
            code: 'transient',
            outcomeUnknown: true,
          },
          {
            title: 'an answer lost after the effect',
            during: 'apply',
            provoke: meets(appliedBy, 'reset-after'),
            code: 'transient',
            outcomeUnknown: true,
          },
        ]
  return [...looking, ...changing]
}

stepContract(
  createCa,
  arranged(() =>
    Promise.resolve({
      type: 'SUBORDINATE',
      keyAlgorithm: 'EC_secp384r1',
      signingAlgorithm: 'SHA384WITHECDSA',
      subject: { Country: 'US', CommonName: 'Contract CA' },
      tags: { owner: 'pki' },
    }),
  ),
  { failures: failures('ListCertificateAuthorities', 'CreateCertificateAuthority') },
)

stepContract(
  getCsr,
  arranged(async (pca) => ({ arn: await createdAuthority(pca) })),
  { failures: failures('GetCertificateAuthorityCsr', undefined) },
)

stepContract(
  importCaCertificate,
  arranged(async (pca) => {
    const arn = await createdAuthority(pca)
    const root = makeRoot()
    const certificate = await signedFor(pca, arn, root)
    return { arn, certificatePem: certificatePem(certificate), chainPem: certificatePem(root.certificate) }
  }),
  { failures: failures('DescribeCertificateAuthority', 'ImportCertificateAuthorityCertificate') },
)

const toIssue = (caArn: string) => ({
  caArn,
  csrPem: makeCsr(),
  template: 'EndEntityCertificate/V1',
  validity: { days: 1 },
  signingAlgorithm: 'SHA384WITHECDSA' as const,
})

stepContract(
  issueCertificate,
  arranged(async (pca) => toIssue((await activeAuthority(pca)).arn)),
  { seenByOthers: false, failures: failures(undefined, 'IssueCertificate') },
)

stepContract(
  revokeCertificate,
  arranged(async (pca) => {
    const { arn: caArn } = await activeAuthority(pca)
    const { serialHex } = await applied(issueCertificate, toIssue(caArn), pca.aws)
    return { caArn, serialHex, reason: 'SUPERSEDED' }
  }),
  { firstLook: 'unknowable', seenByOthers: false, failures: failures(undefined, 'RevokeCertificate') },
)
