import { Type, type Static } from 'typebox'

/** Times are milliseconds since the epoch: `…At` on the sandbox's clock, `real…` on the real one. */
const time = Type.Number()
const json = Type.Record(Type.String(), Type.Unknown())

const token = Type.Object({ token: Type.String(), request: Type.String({ description: 'SHA-256 of the request' }) })

const issued = Type.Object({
  arn: Type.String(),
  serialHex: Type.String(),
  pem: Type.String(),
  subject: Type.String(),
  templateArn: Type.String(),
  realNotBefore: time,
  realNotAfter: time,
  realIssuedAt: time,
  issuedAt: time,
  readyAt: time,
  idempotency: Type.Optional(token),
  revoked: Type.Optional(Type.Object({ realAt: time, reason: Type.String() })),
})

const permission = Type.Object({
  principal: Type.String(),
  sourceAccount: Type.String(),
  actions: Type.Array(Type.String()),
  createdAt: time,
})

const auditReport = Type.Object({
  id: Type.String(),
  bucket: Type.String(),
  key: Type.String(),
  contentType: Type.String(),
  content: Type.String(),
  createdAt: time,
  readyAt: time,
})

/** An effect that is committed and may not have its line in the ledger yet. */
const outbox = Type.Object({ id: Type.String(), operation: Type.String(), resource: Type.String() })

/** One certificate authority, as it is stored: one JSON file each. What time alone changes is not stored but computed. */
export const authoritySchema = Type.Object({
  arn: Type.String(),
  type: Type.Union([Type.Literal('ROOT'), Type.Literal('SUBORDINATE')]),
  configuration: json,
  revocation: json,
  keyStorageSecurityStandard: Type.String(),
  usageMode: Type.String(),
  tags: Type.Array(Type.Object({ Key: Type.String(), Value: Type.Optional(Type.String()) })),
  idempotency: Type.Optional(token),
  privateKeyPem: Type.String(),
  csrPem: Type.String(),
  createdAt: time,
  readyAt: time,
  listedAt: time,
  changedAt: time,
  failure: Type.Optional(Type.String()),
  certificate: Type.Optional(
    Type.Object({ pem: Type.String(), chainPem: Type.Optional(Type.String()), activeAt: time, issuingAt: time }),
  ),
  disabled: Type.Boolean(),
  deleted: Type.Optional(Type.Object({ restorableUntil: time })),
  issued: Type.Array(issued),
  permissions: Type.Array(permission),
  policy: Type.Optional(Type.String()),
  auditReports: Type.Array(auditReport),
  crl: Type.Optional(Type.Object({ derBase64: Type.String(), number: Type.Number(), realNextUpdate: time })),
  crlDueAt: Type.Optional(time),
  outbox: Type.Array(outbox),
})

export interface Authority extends Readonly<Static<typeof authoritySchema>> {}
export interface IssuedCertificate extends Readonly<Static<typeof issued>> {}
