import { Type, type Static } from 'typebox'

const names = Type.Array(Type.String())
const strict = { additionalProperties: false }

const key = Type.Object(
  {
    owner: Type.String(),
    algorithm: Type.String(),
    extractable: Type.Optional(Type.Boolean()),
    /** Subject of a root CA that has this key, which is on P-384, and has published its first CRL. */
    rootCa: Type.Optional(Type.String()),
  },
  strict,
)

const cluster = Type.Object(
  {
    /** Tag `Name`; absent: what the rehearsal file calls it. */
    name: Type.Optional(Type.String()),
    hsmType: Type.Optional(Type.Enum(['hsm1.medium', 'hsm2m.medium'])),
    mode: Type.Optional(Type.Enum(['FIPS', 'NON_FIPS'])),
    /** 0: offline, its newest backup holds everything. */
    hsms: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
    state: Type.Optional(Type.Enum(['UNINITIALIZED', 'ACTIVE'])),
    /** Created so long ago, with the automatic backups since. */
    ageDays: Type.Optional(Type.Integer({ minimum: 0 })),
    retentionDays: Type.Optional(Type.Integer({ minimum: 7, maximum: 379 })),
    /** Beside the first admin, who is `admin`. */
    users: Type.Optional(Type.Object({ admins: Type.Optional(names), cryptoUsers: Type.Optional(names) }, strict)),
    quorum: Type.Optional(
      Type.Partial(Type.Object({ user: Type.Integer(), quorum: Type.Integer(), cluster: Type.Integer() }, strict)),
    ),
    /** By label; made by their owner, to sign. */
    keys: Type.Optional(Type.Record(Type.String(), key)),
  },
  strict,
)

const people = Type.Object(
  { admins: names, keyUsers: Type.Optional(names), folder: Type.Optional(Type.String()) },
  strict,
)

/** What a rehearsal file may say of `cloudhsm` in an `aws` binding. */
export const seedSchema = Type.Object(
  {
    clusters: Type.Optional(Type.Record(Type.String(), cluster)),
    /** Who holds approval keys of their own, admins and crypto users, and where they put what they sign. */
    people: Type.Optional(people),
  },
  strict,
)

export interface ClusterWords extends Readonly<Static<typeof cluster>> {}
export interface PeopleWords extends Readonly<Static<typeof people>> {}
