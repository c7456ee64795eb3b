import { Type } from 'typebox'

/** Members of the inputs and outputs that several step types have. */
const id = (kind: string, description: string) =>
  Type.String({
    description,
    pattern: `^${kind}-[2-7a-zA-Z]{11,16}$`,
    'x-runbook-wants': `an id such as \`${kind}-igklspoyj5v\``,
  })

export const clusterId = id('cluster', 'Id of the cluster')

export const backupId = id('backup', 'Id of the backup')

export const hsmId = id('hsm', 'Id of the HSM: another one after AWS has replaced it, so nothing is known by it')

export const eniId = Type.String({
  description: 'Id of the network interface of the HSM, which stays when AWS replaces the HSM',
  pattern: '^eni-[0-9a-fA-F]{8,17}$',
  'x-runbook-wants': 'an id such as `eni-0a1b2c3d4e5f60718`',
})

export const ipAddress = Type.String({
  description: 'IPv4 address of the HSM, which clients are configured with',
  pattern: '^([0-9]{1,3}[.]){3}[0-9]{1,3}$',
  'x-runbook-wants': 'an IPv4 address',
})

export const availabilityZone = Type.String({
  description: 'Availability Zone, such as `us-east-1a`',
  pattern: '^[a-z]{2,}(-[a-z]+)+-[0-9]+[a-z]$',
  'x-runbook-wants': 'an Availability Zone such as `us-east-1a`',
})

export const subnetId = Type.String({
  description: 'Id of a subnet',
  pattern: '^subnet-[0-9a-fA-F]{8,17}$',
  'x-runbook-wants': 'an id such as `subnet-0a1b2c3d4e5f60718`',
})

export const hsmType = Type.String({
  description: 'Type of the HSMs: `hsm1.medium`, `hsm2m.medium`',
  pattern: '^p?hsm[0-9][a-z.]*[.][a-zA-Z]+$',
  'x-runbook-wants': 'an HSM type such as `hsm2m.medium`',
})

export const mode = Type.Union([Type.Literal('FIPS'), Type.Literal('NON_FIPS')], {
  description: 'Whether keys are limited to what FIPS allows; cannot be changed later',
})

export const clusterState = Type.Union(
  [
    Type.Literal('CREATE_IN_PROGRESS'),
    Type.Literal('UNINITIALIZED'),
    Type.Literal('INITIALIZE_IN_PROGRESS'),
    Type.Literal('INITIALIZED'),
    Type.Literal('ACTIVE'),
    Type.Literal('UPDATE_IN_PROGRESS'),
    Type.Literal('MODIFY_IN_PROGRESS'),
    Type.Literal('ROLLBACK_IN_PROGRESS'),
    Type.Literal('DELETE_IN_PROGRESS'),
    Type.Literal('DEGRADED'),
  ],
  { description: 'State of the cluster' },
)

export const tags = Type.Record(
  Type.String({ pattern: '^(?!aws:|runbook:|Name$).{1,128}$' }),
  Type.String({ maxLength: 256 }),
  {
    description: 'Tags besides `Name`, `runbook:effect` and `runbook:run`',
    maxProperties: 46,
    additionalProperties: false,
  },
)

export const throwAwayOf = Type.String({
  description:
    'What a cluster is made for that is to be deleted again: value of its tag `runbook:throw-away`, by which it is found',
  minLength: 1,
  maxLength: 256,
})
