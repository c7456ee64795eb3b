import { Type, type Static } from 'typebox'

/** Milliseconds since the epoch on the sandbox's clock. */
const time = Type.Number()

const version = Type.Object({
  id: Type.String(),
  string: Type.Optional(Type.String()),
  binaryBase64: Type.Optional(Type.String()),
  stages: Type.Array(Type.String()),
  createdAt: time,
})

/** An effect that is committed and may not have its line in the ledger yet. */
const outbox = Type.Object({ id: Type.String(), operation: Type.String() })

/** One secret, as it is stored: one JSON file each. */
export const secretSchema = Type.Object({
  arn: Type.String(),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  kmsKeyId: Type.Optional(Type.String()),
  tags: Type.Array(Type.Object({ Key: Type.Optional(Type.String()), Value: Type.Optional(Type.String()) })),
  versions: Type.Array(version),
  createdAt: time,
  changedAt: time,
  /** When it will be gone. */
  deletedAt: Type.Optional(time),
  outbox: Type.Array(outbox),
})

export interface StoredSecret extends Readonly<Static<typeof secretSchema>> {}
export interface StoredVersion extends Readonly<Static<typeof version>> {}
