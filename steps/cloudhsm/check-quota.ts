import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { roomFor } from './room.ts'

const amount = (description: string) => Type.Integer({ description, minimum: 0 })

/** Counts what is there; the quotas themselves are the account's and cannot be read through the API of AWS CloudHSM. */
export const checkQuota = defineStep({
  name: 'cloudhsm.check-quota',
  summary: 'Counts clusters and HSMs of the account in the Region, and refuses when more would not fit into the quotas',
  version: 1,
  inputs: Type.Object(
    {
      clusters: amount('How many clusters are going to be created'),
      hsms: amount('How many HSMs are going to be created'),
      clusterLimit: Type.Optional(
        Type.Integer({ description: 'Clusters that the account may have in the Region', minimum: 1, default: 4 }),
      ),
      hsmLimit: Type.Optional(
        Type.Integer({ description: 'HSMs that the account may have in the Region', minimum: 1, default: 6 }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      clustersFree: amount('Clusters that could be created now'),
      hsmsFree: amount('HSMs that could be created now'),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'Room for a throw-away clone with one HSM',
      yaml: `id: quota
uses: cloudhsm.check-quota
target: aws
with: { clusters: 1, hsms: 1 }
`,
    },
  ],
  notRehearsed: ['the real quotas of the account'],
  effect: 'read',

  async check({ clusters, hsms, ...quotas }, context) {
    const { clustersFree, hsmsFree } = await roomFor(context, quotas)
    const { region } = context.target
    if (clusters > clustersFree || hsms > hsmsFree)
      throw new StepError(
        'denied',
        `\`${region}\` has room for ${clustersFree} clusters and ${hsmsFree} HSMs, wanted ${clusters} and ${hsms}`,
        { hint: 'ask AWS for a higher quota, or delete what nobody needs' },
      )
    return { state: 'satisfied', outputs: { clustersFree, hsmsFree } }
  },
})
