import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import { wholeOutputs } from '../../engine/step/whole-outputs.ts'
import { clusterDifference } from './cluster-difference.ts'
import { clusterInputs, clusterOutputs, retentionDays } from './cluster-schema.ts'
import { lookForCluster } from './made-cluster.ts'
import { makeCluster, unmakeCluster } from './make-cluster.ts'
import { makingClusters } from './permissions.ts'

/** Creates a cluster without HSMs and waits until it is there. */
export const createCluster = defineStep({
  name: 'cloudhsm.create-cluster',
  summary: 'Creates a cluster without HSMs; one of the same name that differs in nothing is taken',
  version: 1,
  inputs: Type.Object(
    {
      ...clusterInputs,
      networkType: Type.Optional(
        Type.Union([Type.Literal('IPV4'), Type.Literal('DUALSTACK')], { description: 'Absent: `IPV4`' }),
      ),
      backupRetentionDays: retentionDays,
    },
    { additionalProperties: false },
  ),
  outputs: clusterOutputs,
  target: 'aws',
  permissions: [...makingClusters],
  examples: [
    {
      title: 'A cluster that may have HSMs in three Availability Zones',
      yaml: `id: cluster
uses: cloudhsm.create-cluster
target: aws
with:
  name: example-root
  hsmType: hsm2m.medium
  mode: FIPS
  subnetIds: [subnet-0a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60719, subnet-0a1b2c3d4e5f6071a]
  backupRetentionDays: 90
  tags: { owner: pki }
`,
    },
  ],
  notRehearsed: [
    'how long AWS CloudHSM takes to create a cluster',
    'that the account may still create the service-linked role of AWS CloudHSM, where it is not there yet',
  ],
  effect: 'once',
  existing: 'adopt',
  // How long a cluster may be missing in the list is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 3 * 60_000,
  wait: { everyMs: 15_000, timeoutMs: 30 * 60_000 },

  check: ({ name, tags: _tags, ...wanted }, context) =>
    lookForCluster(name, (found) => clusterDifference({ networkType: 'IPV4', ...wanted }, found), context),

  apply: ({ tags = {}, ...wanted }, context) => makeCluster(wanted, tags, context),

  undo: {
    destructive: true,
    run: (_inputs, outputs, context) => unmakeCluster(wholeOutputs(outputs).clusterId, context),
  },
})
