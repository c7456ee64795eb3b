import { Type, type Static } from 'typebox'

/** Times are milliseconds since the epoch, on the sandbox's clock. */
const time = Type.Number()

/** A user of a cluster. The appliance's own user is not stored: it never changes. */
const user = Type.Object({
  name: Type.String(),
  /** `unactivated-admin` only before the cluster is activated. */
  role: Type.Enum(['unactivated-admin', 'admin', 'crypto-user']),
  /** scrypt of the password, hex; a password itself is never stored. */
  passwordHash: Type.String(),
  salt: Type.String(),
  /** Wrong passwords since the last right one. */
  failures: Type.Integer(),
  /** SPKI PEM of the RSA-2048 key that the user approves with. */
  quorumPublicKeyPem: Type.Optional(Type.String()),
  createdAt: time,
  /** Of a crypto user: its own SoftHSM token. */
  token: Type.Optional(
    Type.Object({
      label: Type.String(),
      /** 16 hex digits. A clone's tokens have serials of their own. */
      serial: Type.String(),
      /** Name of its folder among the sandbox's tokens. */
      folder: Type.String(),
      /** Security officer PIN of SoftHSM: nothing of CloudHSM, and good for this sandbox alone. */
      soPin: Type.String(),
      /** The user's PIN, sealed with {@link soPin}. */
      sealedPin: Type.String(),
    }),
  ),
})

/** What SoftHSM cannot know of a key: everything else is read from the token, by CKA_ID. A key without a note is its owner's alone. */
const keyNote = Type.Object({
  owner: Type.String(),
  /** CKA_ID, lower-case hex. */
  id: Type.String(),
  /** Made without an id: the CKA_ID is not shown. */
  anonymous: Type.Boolean(),
  sharedWith: Type.Array(Type.String()),
  /** Of a wrapping key, by an admin: it may wrap what wants a trusted one. */
  trusted: Type.Boolean(),
  manageQuorum: Type.Optional(Type.Integer()),
  useQuorum: Type.Optional(Type.Integer()),
  /** On one HSM alone until then; absent: on all. */
  partlyUntil: Type.Optional(time),
})

/** What is inside the HSMs of a cluster: travels in its backups, and comes back with the passwords of that day. */
export const dataPlaneSchema = Type.Object({
  users: Type.Array(user),
  /** Quorum values of admin services; absent means 1. */
  quorum: Type.Partial(Type.Object({ user: Type.Integer(), quorum: Type.Integer(), cluster: Type.Integer() })),
  keys: Type.Array(keyNote),
})

export interface DataPlane extends Readonly<Static<typeof dataPlaneSchema>> {}
export interface HsmUser extends Readonly<Static<typeof user>> {}
export interface KeyNote extends Readonly<Static<typeof keyNote>> {}
