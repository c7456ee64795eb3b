import { publishedModel, resolved, type Model, type ModelShape } from '../aws/published-model.ts'

/** What npm's model says. */
export const olderModel = publishedModel('cloudhsmv2-2017-04-28')

/** Members of the API of April 2025 that npm's model of 2024 has not. */
export const additions: readonly {
  /** Operation, `input` or `output`, and members on the way. */
  readonly to: string
  readonly members: Readonly<Record<string, ModelShape>>
  readonly why: string
}[] = [
  { to: 'CreateCluster.input', members: { NetworkType: {} }, why: 'clusters of two address families' },
  { to: 'ModifyCluster.input', members: { HsmType: {} }, why: 'migration to another HSM type' },
  {
    to: 'CreateCluster.output.Cluster',
    members: { NetworkType: {}, HsmTypeRollbackExpiration: { type: 'timestamp' } },
    why: 'clusters of two address families; until when a migration can be taken back',
  },
  {
    to: 'CreateHsm.output.Hsm',
    members: { HsmType: {} },
    why: 'HSMs of two types in one cluster while it is migrated',
  },
]

/** What npm's model requires and the API of April 2025 does not: an HSM type may be changed alone. */
export const noLongerRequired = { to: 'ModifyCluster.input', member: 'BackupRetentionPolicy' } as const

/** The model that the simulator is held to: npm's, and what the API has got since. */
export const cloudhsmModel: Model = structuredClone(olderModel)

for (const { to, members } of additions) Object.assign(shapeAt(cloudhsmModel, to).members ?? {}, members)
Object.assign(shapeAt(cloudhsmModel, noLongerRequired.to), {
  required: shapeAt(cloudhsmModel, noLongerRequired.to).required?.filter((name) => name !== noLongerRequired.member),
})

/** The shape at a path such as `CreateHsm.output.Hsm`. */
export function shapeAt(model: Model, path: string): ModelShape {
  const [operation = '', side, ...members] = path.split('.')
  const described = model.operations[operation]
  const start = (side === 'input' ? described?.input : described?.output) ?? {}
  return members.reduce((shape, name) => resolved(model, shape.members?.[name] ?? {}), resolved(model, start))
}
