import { Type, type Static } from 'typebox'
import { availabilityZone, clusterId, clusterState, hsmType, mode, subnetId, tags } from './schemas.ts'

/** Inputs of every step that makes a cluster. */
export const clusterInputs = {
  name: Type.String({
    description: 'Tag `Name`: what the cluster is known by here, so there may be only one of that name',
    minLength: 1,
    maxLength: 255,
  }),
  hsmType,
  mode,
  subnetIds: Type.Array(subnetId, {
    description: 'One subnet in each Availability Zone that may ever hold an HSM: none can be added later',
    minItems: 1,
    maxItems: 10,
    uniqueItems: true,
  }),
  tags: Type.Optional(tags),
}

/** Days until the service removes backups of the cluster. */
export const retentionDays = Type.Integer({
  description: 'Days until the service removes a backup of the cluster, unless it is kept; never the last one',
  minimum: 7,
  maximum: 379,
})

/** Outputs of every step that makes a cluster. */
export const clusterOutputs = Type.Object(
  {
    clusterId,
    vpcId: Type.String({ description: 'The VPC of its subnets' }),
    securityGroup: Type.String({
      description: 'Security group that AWS made for it; clients need it to reach the HSMs',
    }),
    availabilityZones: Type.Array(availabilityZone, { description: 'Where it can have HSMs' }),
    hsmType,
    state: clusterState,
  },
  { additionalProperties: false },
)

export type ClusterOutputs = Static<typeof clusterOutputs>
