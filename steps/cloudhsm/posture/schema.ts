import { Type } from 'typebox'
import { pemText } from '../../../engine/step/schema.ts'
import { clusterId } from '../schemas.ts'
import { thresholds } from './thresholds.ts'

const closed = { additionalProperties: false } as const

const named = (what: string, pem: string) =>
  Type.Optional(
    Type.Array(
      Type.Object(
        {
          name: Type.Optional(
            Type.String({ description: 'What it is called in findings. Absent: as it calls itself', minLength: 1 }),
          ),
          pem: pemText(pem),
        },
        closed,
      ),
      {
        description: what,
      },
    ),
  )

export const postureInputs = Type.Object(
  {
    clusterId,
    thresholds: Type.Optional(thresholds),
    as: Type.Optional(
      Type.Array(Type.String({ description: 'A crypto user of the client binding' }), {
        description:
          'Who logs in to see which keys they own, each once. Absent: nobody logs in, and no key is looked at',
        uniqueItems: true,
      }),
    ),
    keys: Type.Optional(
      Type.Array(
        Type.Object(
          {
            label: Type.String({ description: 'Label of the private or secret key', minLength: 1 }),
            attributes: Type.Record(
              Type.String({ pattern: '^[a-z][a-z-]*$' }),
              Type.Boolean({ description: 'What it must be' }),
              {
                description:
                  'Attributes by the names of `cloudhsm-cli`: `sign`, `extractable`, `wrap-with-trusted`, `trusted`, `local`, `never-extractable`',
                additionalProperties: false,
              },
            ),
            manageQuorum: Type.Optional(
              Type.Integer({
                description: 'How many users must agree to wrap, share or change it, at least',
                minimum: 1,
              }),
            ),
          },
          closed,
        ),
        { description: 'Keys of CAs, and how they must be; one of `as` must own or share each' },
      ),
    ),
    trustAnchorPem: Type.Optional(pemText('The trust anchor that clients of the cluster have')),
    certificates: named('Certificates that must not run out: of CAs, of the issuing CA', 'One or more certificates'),
    crls: named('CRLs that must be renewed in time', 'The CRL'),
  },
  closed,
)

const verdict = (description: string) =>
  Type.Union([Type.Literal('good'), Type.Literal('warn'), Type.Literal('bad')], { description })

export const postureOutputs = Type.Object(
  {
    findings: Type.Array(
      Type.Object(
        {
          area: Type.String({ description: 'What it is about: `spread`, `backups`, `quorum`, `certificates` …' }),
          item: Type.String({ description: 'What was looked at' }),
          found: Type.String({ description: 'How it is' }),
          wanted: Type.String({ description: 'How it should be' }),
          verdict: verdict('How good that is'),
        },
        closed,
      ),
      { description: 'Everything that was looked at, what is bad first' },
    ),
    good: Type.Integer({ description: 'How many findings are good' }),
    warn: Type.Integer({ description: 'How many are worth a warning' }),
    bad: Type.Integer({ description: 'How many are bad' }),
    worst: verdict('The worst of them'),
  },
  closed,
)
