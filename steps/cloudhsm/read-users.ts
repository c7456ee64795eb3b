import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import { listUsers, quorumValues } from './hsm-client/users.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object({ clusterId }, { additionalProperties: false })

const names = (description: string) => Type.Array(Type.String(), { description })

const outputs = Type.Object(
  {
    users: Type.Array(
      Type.Object(
        {
          username: Type.String({ description: 'Name, in lower case' }),
          role: Type.String({ description: '`admin`, `crypto-user`; before activation `unactivated-admin`' }),
          locked: Type.Boolean({ description: 'Whether it is locked, on some HSMs at least' }),
          quorumKey: Type.Boolean({ description: 'Whether a key to sign quorum tokens with is registered' }),
          everywhere: Type.Boolean({ description: 'Whether every HSM of the cluster has the user' }),
        },
        { additionalProperties: false },
      ),
      { description: "All users but the appliance's own, by name" },
    ),
    admins: names('Names of the admins'),
    cryptoUsers: names('Names of the crypto users'),
    quorum: Type.Object(
      {
        user: Type.Integer({ description: 'How many admins must approve what is done to users; 1: one alone' }),
        quorum: Type.Integer({ description: 'How many admins must approve another quorum value; 1: one alone' }),
      },
      { description: 'Quorum values', additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** Reads who the users of a cluster are. */
export const readUsers = defineStep({
  name: 'cloudhsm.read-users',
  summary: 'Reads the users of a cluster, who is locked, who registered a quorum key, and the quorum values',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: ['cloudhsm-cli user list', 'cloudhsm-cli quorum token-sign list-quorum-values'],
  examples: [
    {
      title: 'Who may do what in a cluster',
      yaml: `
id: users
uses: cloudhsm.read-users
target: hsmClient
with: { clusterId: cluster-igklspoyj5v }
`,
    },
  ],
  typicalMs: 10_000,
  effect: 'read',
  async check({ clusterId: id }, { target, signal }) {
    const client = asCloudHsmClient(target)
    const users = (await listUsers(client, id, signal)).toSorted((a, b) => (a.username < b.username ? -1 : 1))
    const { user = 1, quorum = 1 } = await quorumValues(client, id, signal)
    const ofRole = (role: string) => users.filter((each) => each.role === role).map(({ username }) => username)
    return {
      state: 'satisfied',
      outputs: {
        users: users.map((each) => ({ ...each })),
        admins: ofRole('admin'),
        cryptoUsers: ofRole('crypto-user'),
        quorum: { user, quorum },
      },
    }
  },
})
