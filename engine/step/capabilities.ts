/**
 * What a binding hands to a step. The engine declares the shapes; families implement them in their binding kinds. A step
 * type names the capability it works on, never the family behind it: `x509.sign` signs with any {@link Signer}.
 */

/** X.509 signature algorithms by the names used in runbooks, outputs and the journal. */
export const signatureAlgorithms = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
] as const

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

/** One private key that signs and never leaves its device. */
export interface Signer {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeySpki: Uint8Array
  readonly algorithm: SignatureAlgorithm
  /**
   * Hashes and signs.
   *
   * @param data the message itself, not its digest; for a certificate its DER to-be-signed part
   * @returns the signature as X.509 carries it: DER `ECDSA-Sig-Value` (RFC 3279 section 2.2.3) or PKCS#1 v1.5 octets
   */
  sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
}

/** What a token says it is, read from the device when the binding is opened. */
export interface TokenIdentity {
  readonly label: string
  readonly serial: string
  readonly manufacturer: string
  readonly model: string
  readonly hardwareVersion: string
  readonly firmwareVersion: string
  readonly modulePath: string
  /** SHA-256 of the module's file, hex. */
  readonly moduleSha256: string
}

/** A logged-in PKCS#11 token. `steps/pkcs11/token` narrows it to what PKCS#11 step types need. */
export interface Token {
  readonly identity: TokenIdentity
  /**
   * @param keyId CKA_ID of the private key, lower-case hex
   * @throws {StepError} `not-found` when there is none, `conflict` when there are several
   */
  signer(keyId: string, signal: AbortSignal): Promise<Signer>
  /** Bytes from the token's own random source (`C_GenerateRandom`). */
  random(length: number, signal: AbortSignal): Promise<Uint8Array>
}

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** One account in one Region, whose identity was verified with `sts:GetCallerIdentity` when the binding was opened. */
export interface Aws {
  readonly accountId: string
  readonly partition: string
  readonly region: string
  /** The caller's ARN as STS gave it. */
  readonly callerArn: string
  /** Set in a sandbox only: one loopback endpoint for every service. */
  readonly endpoint: string | undefined
  /** Absent: the SDK's provider for the binding's profile. */
  credentials(): Promise<AwsCredentials>
  /** Appended to the SDK's user agent, so that CloudTrail names the run. */
  readonly userAgent: string
}

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** True when the transport gave back less than the program wrote. */
  readonly truncated: boolean
}

/** A machine on which programs run. `exec` gives text; bytes travel through `get` and `put`. */
export interface Host {
  readonly name: string
  /** @param argv program and arguments, passed as they are: no shell reads them */
  exec(argv: readonly [string, ...string[]], options: { readonly signal: AbortSignal }): Promise<CommandResult>
  get(path: string, signal: AbortSignal): Promise<Uint8Array>
  put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>
}

/** A folder whose contents outlive the run. */
export interface Folder {
  /** Absolute. */
  readonly path: string
  /** @returns `undefined` when there is no such file */
  read(name: string): Promise<Uint8Array | undefined>
  /**
   * Writes durably (file, then folder) and never replaces: an identical file is success.
   *
   * @throws {StepError} `conflict` when another content has that name
   */
  create(name: string, bytes: Uint8Array): Promise<void>
  /** Removes a file whose content is exactly `bytes`; a missing one is success. */
  remove(name: string, bytes: Uint8Array): Promise<void>
}

/** A place on a web server where certificates and CRLs are published. */
export interface Site {
  /** Ends with a slash. */
  readonly baseUrl: string
  /** Stores `bytes` at `baseUrl + path`. */
  put(path: string, bytes: Uint8Array, contentType: string, signal: AbortSignal): Promise<void>
  /** @returns `undefined` when the server answers 404 or 410 */
  get(path: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  /** Removes what is at `path`; a missing one is success. */
  remove(path: string, signal: AbortSignal): Promise<void>
}

/** The client of an HSM product on one machine: its command line, and who may log in with it. `steps/cloudhsm` narrows it. */
export interface HsmClient {
  readonly name: string
  /** Version of the client software, as it says itself. */
  readonly version: string
  /** Users that it has credentials for, by name. Passwords are fetched when one logs in. */
  readonly users: Readonly<Record<string, { readonly role: string; readonly reference: string }>>
}

/** Capability name, as a step type names it, to its shape. */
export interface Capabilities {
  readonly token: Token
  readonly aws: Aws
  readonly host: Host
  readonly folder: Folder
  readonly site: Site
  readonly 'hsm-client': HsmClient
}

export type CapabilityName = keyof Capabilities
