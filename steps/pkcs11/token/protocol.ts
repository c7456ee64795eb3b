/** The messages between the engine's thread and the worker thread that owns a PKCS#11 module. */

/**
 * A session, object or slot as the module numbers it: eight opaque bytes. Valid in this process and session only, so it
 * never leaves this folder and is never stored.
 */
export type Handle = Uint8Array

export type AttributeValue = boolean | number | string | Uint8Array

export interface Attribute {
  readonly type: number
  readonly value: AttributeValue
}

export type Template = readonly Attribute[]

interface OaepParameter {
  /** `CK_PARAMS_RSA_OAEP` of pkcs11js */
  readonly type: 4
  readonly hashAlg: number
  readonly mgf: number
  /** `CKZ_DATA_SPECIFIED`, without data: the only source that every token takes */
  readonly source: 1
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: OaepParameter
}

export interface SlotToken {
  readonly slot: Handle
  readonly initialized: boolean
  readonly label: string
  readonly serial: string
  readonly manufacturer: string
  readonly model: string
  readonly hardwareVersion: string
  readonly firmwareVersion: string
}

/** What a token can do, and how much of it is taken. */
export interface TokenOffer {
  /** Numbers of its mechanisms. */
  readonly mechanisms: readonly number[]
  /** Sessions that it can have at once, as the module says; 0: any number. */
  readonly maxSessions: number
  readonly sessions: number
}

interface InSession {
  readonly session: Handle
}

/** What the worker does, by name. Each is one PKCS#11 function or a few that belong together. */
interface Operations {
  initialize(request: {
    readonly path: string
    readonly environment: Readonly<Record<string, string>>
    /** Folder of faults to inject: of a sandbox, or `undefined`. */
    readonly faults: string | undefined
  }): void
  reinitialize(request: Record<never, never>): void
  finalize(request: Record<never, never>): void
  listTokens(request: Record<never, never>): readonly SlotToken[]
  offer(request: { readonly slot: Handle }): TokenOffer
  openSession(request: { readonly slot: Handle }): Handle
  closeSession(request: InSession): void
  /** The bytes of the PIN are overwritten. */
  login(
    request: InSession & {
      readonly pin: Uint8Array
      /** As the security officer instead of the user. */
      readonly officer?: boolean
    },
  ): 'fresh' | 'already'
  logout(request: InSession): void
  /** Gives the user another PIN; for the security officer. Its bytes are overwritten. */
  setPin(request: InSession & { readonly pin: Uint8Array }): void
  find(request: InSession & { readonly template: Template }): readonly Handle[]
  /** `undefined` for what the object does not have or the token does not tell. */
  read(
    request: InSession & { readonly object: Handle; readonly types: readonly number[] },
  ): readonly (Uint8Array | undefined)[]
  set(request: InSession & { readonly object: Handle; readonly template: Template }): void
  create(request: InSession & { readonly template: Template }): Handle
  copy(request: InSession & { readonly object: Handle; readonly template: Template }): Handle
  destroy(request: InSession & { readonly object: Handle }): void
  random(request: InSession & { readonly length: number }): Uint8Array
  sign(
    request: InSession & {
      readonly mechanism: Mechanism
      readonly key: Handle
      readonly data: Uint8Array
      /** Room for the signature. */
      readonly length: number
    },
  ): Uint8Array
  generateKey(request: InSession & { readonly mechanism: Mechanism; readonly template: Template }): Handle
  generateKeyPair(
    request: InSession & {
      readonly mechanism: Mechanism
      readonly publicTemplate: Template
      readonly privateTemplate: Template
    },
  ): void
  wrap(
    request: InSession & {
      readonly mechanism: Mechanism
      readonly wrappingKey: Handle
      readonly key: Handle
      readonly length: number
    },
  ): Uint8Array
  unwrap(
    request: InSession & {
      readonly mechanism: Mechanism
      readonly unwrappingKey: Handle
      readonly wrapped: Uint8Array
      readonly template: Template
    },
  ): Handle
}

export type OperationName = keyof Operations
export type RequestOf<K extends OperationName> = Parameters<Operations[K]>[0]
export type AnswerOf<K extends OperationName> = ReturnType<Operations[K]>

/** Operations that may have changed the token although no answer came. */
export const effects: ReadonlySet<OperationName> = new Set<OperationName>([
  'set',
  'setPin',
  'create',
  'copy',
  'destroy',
  'generateKeyPair',
  'unwrap',
])

/** Operations that look at the objects of a token; they must not run beside {@link effects}. */
export const looks: ReadonlySet<OperationName> = new Set<OperationName>(['find', 'read'])

export interface Failure {
  /** The PKCS#11 function, such as `C_Login`; `load` for the module's file. */
  readonly function: string
  /** `undefined`: not a return value of the module. */
  readonly code: number | undefined
  readonly message: string
}

export interface Question {
  readonly id: number
  readonly operation: OperationName
  readonly request: unknown
}

export type Answer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failure: Failure }
