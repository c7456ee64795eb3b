import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { pemText } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import {
  type ClientConfiguration,
  clientTools,
  configurationSchema,
  configureClient as configure,
  forgetCluster,
  readConfiguration,
  trustAnchorPath,
} from './hsm-client/configuration.ts'
import { stopIfAborted } from './hsm-client/password.ts'
import { clusterId, ipAddress } from './schemas.ts'

const tool = Type.Enum([...clientTools], { description: '`cli`: `cloudhsm-cli`. `pkcs11`: the PKCS#11 library' })

const inputs = Type.Object(
  {
    clusterId,
    region: Type.String({ description: 'Region of the cluster', pattern: '^[a-z]{2,}(-[a-z]+)+-[0-9]+$' }),
    trustAnchorPem: pemText('Certificate of the cluster issuing CA: the client refuses HSMs that have another'),
    keyAvailabilityCheck: Type.Boolean({
      description:
        'Whether a key must be on two HSMs before it is used. `false` only for a cluster of one HSM: a key that was made there is lost with it',
    }),
    tools: Type.Array(tool, { description: 'What is configured', minItems: 1, uniqueItems: true }),
    addresses: Type.Optional(
      Type.Array(ipAddress, { description: 'Addresses of the HSMs: with others than before it is configured again' }),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    trustAnchorPath: Type.String({ description: 'Where the trust anchor is' }),
    configured: Type.Array(tool, { description: 'What is configured' }),
  },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>

/** Configures the client software of this machine for a cluster. */
export const configureClient = defineStep({
  name: 'cloudhsm.configure-client',
  summary: 'Configures the client software for a cluster, beside others that it knows, and sees that the HSMs answer',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: [
    'configure-cli, configure-pkcs11',
    'to write into `etc/` of the client software',
    'cloudhsm:DescribeClusters with the credentials that `configure-cli` finds',
    'cloudhsm-cli cluster hsm-info',
  ],
  examples: [
    {
      title: 'A cluster with two HSMs',
      yaml: `
id: configureClient
uses: cloudhsm.configure-client
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  region: us-east-1
  trustAnchorPem: |
    -----BEGIN CERTIFICATE-----
    MIIBszCCAVmgAwIBAgIUYb8
    -----END CERTIFICATE-----
  keyAvailabilityCheck: true
  tools: [cli, pkcs11]
`,
    },
  ],
  notRehearsed: [
    'the security group and ports 2223 to 2225 between this machine and the HSMs',
    "that `add-cluster` takes the switch of the key availability check, and the form of the client's configuration files",
  ],
  typicalMs: 20_000,
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  async check(wanted, { target, effectId, answer, signal }): Promise<CheckAnswer<Static<typeof outputs>>> {
    const client = asCloudHsmClient(target)
    stopIfAborted(signal, 'anything was looked at')
    const { clusterId: id, tools } = wanted
    const found = await readConfiguration(client, id)
    if (found === undefined) return { state: 'absent' }
    const after = configurationOf(wanted)
    if (JSON.stringify(found) !== JSON.stringify(after)) return { state: 'different', before: found, after }
    try {
      await client.run({ clusterId: id, words: ['cluster', 'hsm-info'], signal })
    } catch (error) {
      if (!StepError.is(error) || error.code !== 'transient') throw error
      // somebody else may have configured it for another cluster
      if (effectId === undefined || answer === undefined) return { state: 'absent' }
      throw new StepError('transient', `the client is configured, and cluster \`${id}\` does not answer`, {
        hint: 'this machine must be in the security group of the cluster and reach ports 2223 to 2225 of its HSMs',
        facts: error.facts,
        cause: error,
      })
    }
    return {
      state: 'satisfied',
      outputs: { trustAnchorPath: trustAnchorPath(client, id), configured: [...tools].sort() },
    }
  },
  async apply(wanted, { target, signal }) {
    const client = asCloudHsmClient(target)
    stopIfAborted(signal, 'the client was configured')
    await configure(client, configurationOf(wanted), signal)
    return { configured: true }
  },
  undo: {
    destructive: false,
    async run(wanted, _made, { target, before, signal }) {
      const client = asCloudHsmClient(target)
      stopIfAborted(signal, 'the client was configured back')
      if (Value.Check(configurationSchema, before)) await configure(client, before, signal)
      else await forgetCluster(client, configurationOf(wanted), signal)
    },
  },
})

/** Alike for inputs that mean the same. */
function configurationOf(wanted: Inputs): ClientConfiguration {
  const { clusterId: id, region, trustAnchorPem, keyAvailabilityCheck, tools, addresses = [] } = wanted
  return {
    clusterId: id,
    region,
    trustAnchorPem,
    keyAvailabilityCheck,
    tools: [...tools].sort(),
    addresses: [...new Set(addresses)].sort(),
  }
}
