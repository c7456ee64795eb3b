import type { Static } from 'typebox'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requireRunning } from '../aws/ask.ts'
import { backupsOf } from './backups-of.ts'
import type { Asking } from './client.ts'
import { readCluster } from './clusters.ts'
import { asCloudHsmClient, type CloudHsmClient } from './hsm-client/client.ts'
import { listKeys } from './hsm-client/keys.ts'
import { listUsers, quorumValues } from './hsm-client/users.ts'
import { backupFindings, copyFindings, type Held } from './posture/backup-findings.ts'
import { clientFinding } from './posture/client-finding.ts'
import type { Finding, Verdict } from './posture/finding.ts'
import { keyFindings, ownerFindings, type SeenKeys } from './posture/key-findings.ts'
import { peopleFindings } from './posture/people-findings.ts'
import { postureInputs, postureOutputs } from './posture/schema.ts'
import { spreadFindings } from './posture/spread.ts'
import { completeThresholds, type Thresholds } from './posture/thresholds.ts'
import { validityFindings } from './posture/validity.ts'
import { askingIn } from './two-regions.ts'

type Inputs = Static<typeof postureInputs>

/** Holds a cluster against how it should be, and changes nothing. */
export const posture = defineStep({
  name: 'cloudhsm.posture',
  summary:
    'Looks at a cluster and says what is good, worth a warning or bad: spread, backups, users, keys, certificates',
  version: 1,
  inputs: postureInputs,
  outputs: postureOutputs,
  target: { aws: 'aws', there: 'aws', client: 'hsm-client' },
  permissions: [
    'cloudhsm:DescribeClusters',
    'cloudhsm:DescribeBackups',
    'cloudhsm-cli user list',
    'cloudhsm-cli quorum token-sign list-quorum-values',
    'cloudhsm-cli key list',
  ],
  examples: [
    {
      title: 'A cluster of a CA, each morning',
      yaml: `id: posture
uses: cloudhsm.posture
target: { aws: aws, there: recovery, client: hsmClient }
with:
  clusterId: cluster-igklspoyj5v
  as: [rootcu]
  keys:
    - { label: example-root, attributes: { sign: true, extractable: true, wrap-with-trusted: true, local: true } }
  thresholds:
    certificateDays: { warn: 180, bad: 60 }
`,
    },
    {
      title: 'The cluster of an offline root',
      yaml: `id: posture
uses: cloudhsm.posture
target: { aws: aws, there: recovery, client: hsmClient }
with: { clusterId: cluster-igklspoyj5v, thresholds: { hsms: 0 } }
`,
    },
  ],
  notRehearsed: [
    'client software on other machines than this one',
    'copies in Regions beside the two of the bindings, and the archive of the client configuration',
  ],
  effect: 'read',
  typicalMs: 20_000,

  async check(inputs, context) {
    requireRunning(context.signal, 'AWS CloudHSM')
    const { aws, there, client: given } = context.target
    const client = asCloudHsmClient(given)
    const wanted = completeThresholds(inputs.thresholds)
    const cluster = await readCluster(askingIn(context, aws), inputs.clusterId)
    const held = await heldIn(aws, inputs.clusterId, context)
    const elsewhere = there.region === aws.region ? held : await heldIn(there, inputs.clusterId, context)
    const isReachable = cluster.Hsms?.some(({ State }) => State === 'ACTIVE') === true
    return {
      state: 'satisfied',
      outputs: summed([
        ...spreadFindings(cluster, wanted),
        ...backupFindings(held, wanted, context.now()),
        ...copyFindings(held, elsewhere, wanted, context.now()),
        ...(isReachable ? await insideFindings(inputs, client, wanted, context.signal) : [unreachable(wanted)]),
        clientFinding(client.name, client.version, wanted.clientVersion),
        ...validityFindings(
          {
            clusterCertificatePem: cluster.Certificates?.ClusterCertificate,
            trustAnchorPem: inputs.trustAnchorPem,
            certificates: inputs.certificates ?? [],
            crls: inputs.crls ?? [],
          },
          wanted,
          Date.now(),
        ),
      ]),
    }
  },
})

async function heldIn(target: Aws, clusterId: string, context: Omit<Asking, 'target'>): Promise<Held> {
  return { region: target.region, backups: await backupsOf(askingIn(context, target), clusterId) }
}

/** Users, quorum and keys: what only the HSMs know. */
async function insideFindings(
  { clusterId, as = [], keys = [] }: Inputs,
  client: CloudHsmClient,
  wanted: Thresholds,
  signal: AbortSignal,
): Promise<Finding[]> {
  const users = await listUsers(client, clusterId, signal)
  const people = peopleFindings(users, await quorumValues(client, clusterId, signal), wanted)
  const seen: SeenKeys[] = []
  const unseen: Finding[] = []
  for (const username of as) {
    try {
      seen.push({ username, keys: await listKeys(client, { clusterId, as: username, filter: [], signal }) })
    } catch (error) {
      // such as that the user is locked: one thing that is bad, and no reason to say nothing of the others
      if (!StepError.is(error) || error.code === 'cancelled') throw error
      unseen.push({
        ...{ area: 'keys', item: `keys of ${username}`, found: `not looked at: ${error.message}` },
        ...{ wanted: 'to be seen', verdict: 'bad' },
      })
    }
  }
  return [...people, ...unseen, ...(seen.length === 0 ? [] : ownerFindings(users, seen)), ...keyFindings(keys, seen)]
}

function unreachable({ hsms }: Thresholds): Finding {
  return {
    area: 'users',
    item: 'users, quorum and keys',
    found: 'not looked at: no HSM is ACTIVE',
    wanted: hsms === 0 ? 'offline' : 'within reach',
    verdict: hsms === 0 ? 'good' : 'bad',
  }
}

const order: readonly Verdict[] = ['bad', 'warn', 'good']

function summed(findings: readonly Finding[]) {
  const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length
  return {
    findings: findings.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict)),
    good: count('good'),
    warn: count('warn'),
    bad: count('bad'),
    worst: order.find((verdict) => count(verdict) > 0) ?? ('good' as const),
  }
}
