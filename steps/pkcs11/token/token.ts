import type { Signer, SignatureAlgorithm, Token, TokenIdentity } from '../../../engine/step/capabilities.ts'
import { StepError } from '../../../engine/step/errors.ts'
import type { Secret } from '../../../engine/step/secret.ts'
import { raceAbort } from './abort.ts'
import * as keys from './keys.ts'
import type { KeyPairRecord, KeyPairState, PublicKeyRequest } from './keys.ts'
import { login, type LoginPlace } from './login.ts'
import { dialectOf, type TokenDialect } from './mechanisms.ts'
import type { Pkcs11Module } from './module.ts'
import type { KeyObject, KeyQuery, TokenObject } from './objects.ts'
import type { SlotToken, TokenOffer } from './protocol.ts'
import { selectToken, type TokenSelection } from './select.ts'
import { Sessions, type Session } from './sessions.ts'
import { makeSigner } from './signer.ts'
import type { KeyPairRequest } from './templates.ts'
import { unwrapFrom, wrapFor, type UnwrapRequest, type WrapRequest } from './wrapping.ts'

/**
 * A PKCS#11 token. Key IDs are CKA_ID in lower-case hex. Every call can be cancelled: the promise rejects at once, the
 * native call ends in the background (`anyCallRunning`), and `outcomeUnknown` says whether it could have had an effect.
 */
export interface Pkcs11Token extends Token {
  /** What this kind of token takes; both tokens of a key copy need a `commonOaepHash`. */
  readonly dialect: TokenDialect
  /** @throws {StepError} `authentication` (never to be tried again by itself), `conflict` (logged in with another PIN) */
  login(pin: Secret, signal: AbortSignal): Promise<void>
  /** @param algorithm another one than the key's default */
  signer(keyId: string, signal: AbortSignal, algorithm?: SignatureAlgorithm): Promise<Signer>
  /** Sorted by class, label, key ID. */
  findKeys(query: KeyQuery, signal: AbortSignal): Promise<readonly KeyObject[]>
  /** Every object that can be seen, sorted. */
  inventory(signal: AbortSignal): Promise<readonly TokenObject[]>
  keyPairState(keyId: string, signal: AbortSignal): Promise<KeyPairState>
  /** @throws {StepError} `not-found`, `conflict` */
  readAttributes(keyId: string, signal: AbortSignal): Promise<KeyPairRecord>
  /** SubjectPublicKeyInfo, DER. @throws {StepError} `not-found`, `conflict` */
  publicKeySpki(keyId: string, signal: AbortSignal): Promise<Uint8Array>
  /** @throws {StepError} `conflict` when the key ID is taken */
  generateKeyPair(request: KeyPairRequest, signal: AbortSignal): Promise<void>
  /** Removes what a killed `generateKeyPair` left; the caller proves by the key ID that it is its own. */
  removeHalfKeyPair(keyId: string, signal: AbortSignal): Promise<void>
  /** Destroys both objects. @throws {StepError} `not-found`, `conflict` */
  destroyKey(keyId: string, signal: AbortSignal): Promise<void>
  setExtractableFalse(keyId: string, signal: AbortSignal): Promise<void>
  /** @returns key material: overwrite it after use */
  wrapFor(request: WrapRequest, signal: AbortSignal): Promise<Uint8Array>
  unwrapFrom(request: UnwrapRequest, signal: AbortSignal): Promise<void>
  createPublicKey(request: PublicKeyRequest, signal: AbortSignal): Promise<void>
  /** What it can do. */
  offer(signal: AbortSignal): Promise<TokenOffer>
  /** Reads the token's identity again. @throws {StepError} `conflict`, `not-found` when it is another or gone */
  verify(signal: AbortSignal): Promise<void>
  /** Waits for running calls, logs out when nobody shares the login, and closes the sessions. */
  close(): Promise<void>
}

const brand = Symbol.for('runbook.Pkcs11Token')

/** Narrows the engine's capability. @throws {StepError} `invalid` when it is no PKCS#11 token */
export function asPkcs11Token(token: Token): Pkcs11Token {
  // the brand holds across copies of this library
  if (brand in token) return token as unknown as Pkcs11Token
  throw new StepError('invalid', `token \`${token.identity.label}\` is no PKCS#11 token`)
}

/**
 * Opens a token of a module. A token that was made after the module was opened is found too, as long as no other token of
 * the module is open.
 *
 * @param dialect when the token is of a kind that the table of dialects does not know
 * @throws {StepError} `not-found`, naming what there is; `conflict` when several match
 */
export async function openToken(
  module: Pkcs11Module,
  selection: TokenSelection,
  signal: AbortSignal,
  dialect?: TokenDialect,
): Promise<Pkcs11Token> {
  const { shared } = module
  const work = findToken(module, selection).then(async (found) => {
    const where = `token \`${found.label}\``
    const session = await shared.call('openSession', { slot: found.slot }, { where })
    shared.openTokens++
    const place = { module: shared, serial: found.serial, session, where }
    return makeToken(module, found, place, dialect ?? dialectOf(found))
  })
  try {
    return await raceAbort(work, signal, () => new StepError('cancelled', `opening a token was cancelled`))
  } catch (error) {
    // after an abort the token may still open: nobody will use it
    work.then((token) => token.close()).catch(() => undefined)
    throw error
  }
}

async function findToken(module: Pkcs11Module, selection: TokenSelection): Promise<SlotToken> {
  try {
    return selectToken(await module.listTokens(), selection)
  } catch (error) {
    if (!StepError.is(error) || error.code !== 'not-found' || module.shared.openTokens > 0) throw error
  }
  await module.refresh()
  return selectToken(await module.listTokens(), selection)
}

function makeToken(module: Pkcs11Module, found: SlotToken, place: LoginPlace, dialect: TokenDialect): Pkcs11Token {
  const { shared } = module
  const { where } = place
  const identity = identityOf(found, module)
  const sessions = new Sessions(shared, found, where)
  let loggedIn: Promise<() => Promise<void>> | undefined
  let closed = false
  const use = <T>(signal: AbortSignal, body: (session: Session) => Promise<T>) => sessions.use(signal, body)
  const token: Pkcs11Token = {
    identity,
    dialect,
    async login(pin, signal) {
      if (signal.aborted) throw new StepError('cancelled', `login to ${where} was cancelled`)
      loggedIn ??= login(place, pin)
      const work = loggedIn
      work.catch(() => (loggedIn = undefined))
      // its answer is waited for, whatever is pressed: a refused PIN has to be remembered
      await work
    },
    signer: (keyId, signal, algorithm) => makeSigner(sessions, keyId, signal, algorithm),
    random: (length, signal) => use(signal, (session) => session.call('random', { length })),
    findKeys: (query, signal) => use(signal, (session) => keys.findKeys(session, query)),
    inventory: (signal) => use(signal, keys.inventory),
    keyPairState: (keyId, signal) => use(signal, (session) => keys.keyPairState(session, keyId)),
    readAttributes: (keyId, signal) => use(signal, (session) => keys.readAttributes(session, keyId)),
    publicKeySpki: async (keyId, signal) => (await use(signal, (session) => keys.publicKey(session, keyId))).spki,
    generateKeyPair: (request, signal) => use(signal, (session) => keys.generateKeyPair(session, request)),
    removeHalfKeyPair: (keyId, signal) => use(signal, (session) => keys.removeHalfKeyPair(session, keyId)),
    destroyKey: (keyId, signal) => use(signal, (session) => keys.destroyKey(session, keyId)),
    setExtractableFalse: (keyId, signal) => use(signal, (session) => keys.setExtractableFalse(session, keyId)),
    wrapFor: (request, signal) => use(signal, (session) => wrapFor(session, dialect, request)),
    unwrapFrom: (request, signal) => use(signal, (session) => unwrapFrom(session, dialect, request)),
    createPublicKey: (request, signal) => use(signal, (session) => keys.createPublicKey(session, dialect, request)),
    offer: (signal) =>
      raceAbort(
        shared.call('offer', { slot: found.slot }, { where }),
        signal,
        () => new StepError('cancelled', `look at ${where} was cancelled`),
      ),
    async verify(signal) {
      const work = module.listTokens()
      const tokens = await raceAbort(work, signal, () => new StepError('cancelled', `look at ${where} was cancelled`))
      verifyIdentity(identityOf(selectToken(tokens, { serial: identity.serial }), module), identity)
    },
    async close() {
      if (closed) return
      closed = true
      try {
        await sessions.close()
        const logout = await loggedIn?.catch(() => undefined) // the caller of login knows
        await logout?.()
      } finally {
        shared.openTokens--
        await shared.call('closeSession', { session: place.session }, { where })
      }
    },
  }
  return Object.defineProperty(token, brand, { value: true })
}

function identityOf(found: SlotToken, module: Pkcs11Module): TokenIdentity {
  const { label, serial, manufacturer, model, hardwareVersion, firmwareVersion } = found
  const file = { modulePath: module.path, moduleSha256: module.sha256 }
  return { label, serial, manufacturer, model, hardwareVersion, firmwareVersion, ...file }
}

function verifyIdentity(found: TokenIdentity, wanted: TokenIdentity): void {
  for (const name of ['label', 'manufacturer', 'model', 'hardwareVersion', 'firmwareVersion'] as const) {
    if (found[name] === wanted[name]) continue
    const message = `token \`${wanted.serial}\` has ${name} \`${found[name]}\`, it had \`${wanted[name]}\` when it was opened`
    throw new StepError('conflict', message)
  }
}
