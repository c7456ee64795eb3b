import { type Static, Type } from 'typebox'
import { secretReference } from '../../../engine/step/schema.ts'

/** A user name as CloudHSM takes it: it is shown in lower case whatever was typed. */
const userNamePattern = '^[a-z][a-z0-9_]{0,30}$'

export function userName(description: string) {
  return Type.String({
    description,
    pattern: userNamePattern,
    'x-runbook-wants': 'up to 31 lower-case letters, digits and `_`, a letter first',
  })
}

export const userRoles = ['admin', 'crypto-user'] as const

export type UserRole = (typeof userRoles)[number]

/** Schema of a `cloudhsm-client` binding. */
export const clientConfig = Type.Object(
  {
    folder: Type.String({
      description:
        "Folder of AWS CloudHSM's Client SDK 5, such as `/opt/cloudhsm`: has `bin/cloudhsm-cli`, `bin/configure-cli`, `bin/configure-pkcs11` and `etc/`",
      pattern: '^/',
      'x-runbook-wants': 'an absolute path',
    }),
    endpoint: Type.Optional(
      Type.String({ description: 'The loopback endpoint of a sandbox, for configuring the client; refused elsewhere' }),
    ),
    profile: Type.Optional(
      Type.String({
        description:
          "Profile of `~/.aws` that `configure-cli` asks for the cluster's addresses with; absent: where it looks by itself",
      }),
    ),
    users: Type.Record(
      Type.String({ pattern: userNamePattern }),
      Type.Object(
        {
          role: Type.Enum([...userRoles], { description: 'Role of the user in the cluster' }),
          password: secretReference(
            'Where the password is; where a step makes it, where it is stored. A refused one is never tried again by itself',
          ),
        },
        { description: 'A user of the cluster', additionalProperties: false },
      ),
      { description: 'Who may log in from here, by user name' },
    ),
    quorumFolder: Type.Optional(
      Type.String({
        description:
          'Where quorum tokens are handed out (`TOKEN.token`) and signatures collected (`TOKEN.USER.sig`, base64); holds the public keys that approvers registered (`USER.public.pem`). Absolute, or relative to the environment file',
        minLength: 1,
      }),
    ),
    passwords: Type.Optional(
      Type.Enum(['prompt', 'environment', 'argument'], {
        description:
          'How `cloudhsm-cli` is given passwords. `prompt`: typed where it asks for them. `environment`: `CLOUDHSM_PIN` for logins of single commands, typed elsewhere. `argument`: as `--password`, in what is typed in interactive mode and never in the arguments of a process',
        default: 'prompt',
      }),
    ),
  },
  { additionalProperties: false },
)

export type ClientConfig = Static<typeof clientConfig>
