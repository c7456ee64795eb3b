// @ts-check
/**
 * The thread that owns one PKCS#11 module, and the only importer of pkcs11js. Plain JavaScript, because Node 20 starts a
 * worker from a file and cannot strip types; it imports nothing else of this project but, in a sandbox, the file beside
 * it, so that it can be copied anywhere from where `pkcs11js` resolves.
 */
import { parentPort, workerData } from 'node:worker_threads'
import pkcs11js from 'pkcs11js'

/** @typedef {import('./protocol.ts').Failure} Failure */
/** @typedef {import('./protocol.ts').Question} Question */
/** @typedef {import('./protocol.ts').Template} Template */

const osLocking = { flags: pkcs11js.CKF_OS_LOCKING_OK } // without it, parallel calls crash the process
const findBatch = 256

/** @type {any} */
const pkcs11 = new pkcs11js.PKCS11()

class CallFailed extends Error {
  /** @param {Failure} failure */
  constructor(failure) {
    super(failure.message)
    this.failure = failure
  }
}

/**
 * The function is named here, as pkcs11js does not know it on Bun. The text of the message is parsed because
 * C_SetAttributeValue and C_FindObjects throw a plain `Error('CKR_X:16')` that carries the code nowhere else.
 *
 * @param {string} name
 * @param {unknown} error
 */
function failed(name, error) {
  const message = error instanceof Error ? error.message : String(error)
  const own = error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : 0
  const parsed = /^CKR_\w+:(\d+)/.exec(message)?.[1]
  const code = own !== 0 ? own : parsed === undefined ? undefined : Number(parsed)
  return new CallFailed({ function: name, code, message })
}

/**
 * The fault of a call that is about to be made; `made`: after it was made. None, outside of sandboxes.
 *
 * @type {(name: string, values: readonly unknown[]) => { code: number, made: boolean } | undefined}
 */
let faultOf = () => undefined

/** @param {{ code: number, made: boolean } | undefined} fault @param {boolean} made @param {string} name */
function haveFault(fault, made, name) {
  if (fault?.made !== made) return
  throw new CallFailed({ function: name, code: fault.code, message: 'injected fault' })
}

/** As a token does by itself when it restarts. @param {unknown} session the first value of most calls */
function logOut(session) {
  try {
    pkcs11.C_Logout(session)
  } catch {
    // nobody was logged in, or it was no session
  }
}

/** @param {string} name @param {unknown[]} values */
function call(name, ...values) {
  const fault = faultOf(name, values)
  haveFault(fault, false, name)
  let value
  try {
    value = pkcs11[name](...values)
  } catch (error) {
    throw failed(name, error)
  }
  haveFault(fault, true, name)
  return value
}

/** How many calls may use the thread pool at once. */
let free = Number(workerData.parallel)
/** @type {(() => void)[]} */
const waiting = []

/** On the thread pool, in order. @param {string} name @param {unknown[]} values */
async function callPooled(name, ...values) {
  if (free === 0) await new Promise((go) => waiting.push(() => go(undefined)))
  else free--
  try {
    const fault = faultOf(name, values)
    haveFault(fault, false, name)
    const value = await pkcs11[`${name}Async`](...values).catch((/** @type {unknown} */ error) => {
      throw failed(name, error)
    })
    haveFault(fault, true, name)
    return value
  } finally {
    const next = waiting.shift()
    if (next === undefined) free++
    else next() // hands its place on
  }
}

/**
 * True when an attribute is sensitive (0x11) or unknown (0x12), or the object is what SoftHSM leaves when it is killed while
 * it makes one: without attributes, so that reading any is CKR_ATTRIBUTE_VALUE_INVALID (0x13).
 *
 * @param {unknown} error
 */
const notTold = (error) => error instanceof CallFailed && [0x11, 0x12, 0x13].includes(error.failure.code ?? 0)

/** pkcs11js takes Buffers only; messages carry Uint8Arrays. @param {Uint8Array} bytes */
const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** @param {Template} template */
const attributes = (template) =>
  template.map(({ type, value }) => ({ type, value: value instanceof Uint8Array ? buffer(value) : value }))

/** @param {{major: number, minor: number}} version */
const versionText = (version) => `${version.major}.${version.minor}`

/**
 * The module reads its variables with getenv(3). Node's process.env reaches it (the thread shares the environment);
 * Bun's does not.
 *
 * @param {Readonly<Record<string, string>>} environment
 */
async function setEnvironment(environment) {
  Object.assign(process.env, environment)
  if (process.versions['bun'] === undefined || Object.keys(environment).length === 0) return
  /** @type {string} */
  const ffiModule = 'bun:ffi'
  const ffi = await import(ffiModule)
  const { symbols } = ffi.dlopen(process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6', {
    setenv: { args: ['cstring', 'cstring', 'i32'], returns: 'i32' },
  })
  for (const [name, value] of Object.entries(environment)) {
    if (symbols.setenv(Buffer.from(`${name}\0`), Buffer.from(`${value}\0`), 1) !== 0) {
      throw failed('setenv', new Error(`variable ${name} could not be set`))
    }
  }
}

/** Slots whose token this process is logged in to, by session and as hex. @type {Map<string, string>} */
const slotOf = new Map()
/** @type {Set<string | undefined>} */
const loggedIn = new Set()
const publicStates = [0, 2] // CKS_RO_PUBLIC_SESSION, CKS_RW_PUBLIC_SESSION

/** @param {Uint8Array} handle */
const hex = (handle) => buffer(handle).toString('hex')

/**
 * A token that lost its login shows no private objects, which looks as if they were not there.
 *
 * @param {Uint8Array} session
 */
function refuseLostLogin(session) {
  if (!loggedIn.has(slotOf.get(hex(session)))) return
  const { state } = call('C_GetSessionInfo', buffer(session))
  if (!publicStates.includes(state)) return
  throw new CallFailed({ function: 'C_FindObjects', code: 0x101, message: 'the token lost its login' }) // CKR_USER_NOT_LOGGED_IN
}

/** @type {{ [K in import('./protocol.ts').OperationName]: (request: any) => unknown }} */
const operations = {
  async initialize({ path, environment, faults }) {
    await setEnvironment(environment)
    try {
      pkcs11.load(path)
    } catch (error) {
      throw failed('load', error)
    }
    if (faults !== undefined) faultOf = (await import(workerData.faults)).injectedFaults(faults, logOut)
    call('C_Initialize', osLocking)
  },
  reinitialize() {
    call('C_Finalize')
    call('C_Initialize', osLocking)
  },
  finalize() {
    call('C_Finalize')
  },
  listTokens() {
    return call('C_GetSlotList', true).map((/** @type {Buffer} */ slot) => {
      const token = call('C_GetTokenInfo', slot)
      return {
        slot,
        initialized: (token.flags & pkcs11js.CKF_TOKEN_INITIALIZED) !== 0,
        label: token.label,
        serial: token.serialNumber,
        manufacturer: token.manufacturerID,
        model: token.model,
        hardwareVersion: versionText(token.hardwareVersion),
        firmwareVersion: versionText(token.firmwareVersion),
      }
    })
  },
  offer({ slot }) {
    const { maxSessionCount, sessionCount } = call('C_GetTokenInfo', buffer(slot))
    const mechanisms = call('C_GetMechanismList', buffer(slot))
    return { mechanisms, maxSessions: maxSessionCount, sessions: sessionCount }
  },
  openSession({ slot }) {
    const session = call('C_OpenSession', buffer(slot), pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION)
    slotOf.set(hex(session), hex(slot))
    return session
  },
  closeSession({ session }) {
    slotOf.delete(hex(session))
    call('C_CloseSession', buffer(session))
  },
  login({ session, pin, officer = false }) {
    try {
      const user = officer ? pkcs11js.CKU_SO : pkcs11js.CKU_USER
      call('C_Login', buffer(session), user, buffer(pin).toString('utf8'))
      loggedIn.add(slotOf.get(hex(session)))
      return 'fresh'
    } catch (error) {
      if (!(error instanceof CallFailed && error.failure.code === 0x100)) throw error // CKR_USER_ALREADY_LOGGED_IN
      loggedIn.add(slotOf.get(hex(session)))
      return 'already'
    } finally {
      pin.fill(0)
    }
  },
  logout({ session }) {
    loggedIn.delete(slotOf.get(hex(session)))
    call('C_Logout', buffer(session))
  },
  setPin({ session, pin }) {
    call('C_InitPIN', buffer(session), buffer(pin).toString('utf8'))
    pin.fill(0)
  },
  find({ session, template }) {
    call('C_FindObjectsInit', buffer(session), attributes(template))
    try {
      const found = []
      for (;;) {
        const batch = call('C_FindObjects', buffer(session), findBatch)
        found.push(...batch)
        if (batch.length === 0) break
      }
      refuseLostLogin(session)
      return found
    } finally {
      call('C_FindObjectsFinal', buffer(session))
    }
  },
  read({ session, object, types }) {
    const handles = [buffer(session), buffer(object)]
    /** @param {readonly number[]} wanted */
    const values = (wanted) =>
      call(
        'C_GetAttributeValue',
        ...handles,
        wanted.map((type) => ({ type })),
      ).map((/** @type {{value?: Buffer}} */ attribute) => attribute.value)
    try {
      return values(types)
    } catch (error) {
      if (!notTold(error)) throw error
    }
    // ask for each
    return types.map((/** @type {number} */ type) => {
      try {
        return values([type])[0]
      } catch (error) {
        if (notTold(error)) return undefined
        throw error
      }
    })
  },
  set({ session, object, template }) {
    call('C_SetAttributeValue', buffer(session), buffer(object), attributes(template))
  },
  create({ session, template }) {
    return call('C_CreateObject', buffer(session), attributes(template))
  },
  copy({ session, object, template }) {
    return call('C_CopyObject', buffer(session), buffer(object), attributes(template))
  },
  destroy({ session, object }) {
    call('C_DestroyObject', buffer(session), buffer(object))
  },
  random({ session, length }) {
    return call('C_GenerateRandom', buffer(session), Buffer.alloc(length))
  },
  async sign({ session, mechanism, key, data, length }) {
    const input = buffer(data)
    call('C_SignInit', buffer(session), mechanism, buffer(key))
    const signature = await callPooled('C_Sign', buffer(session), input, Buffer.alloc(length))
    input.fill(0) // and keeps `input` alive while the native call reads it
    return signature
  },
  generateKey({ session, mechanism, template }) {
    return callPooled('C_GenerateKey', buffer(session), mechanism, attributes(template))
  },
  async generateKeyPair({ session, mechanism, publicTemplate, privateTemplate }) {
    const templates = [attributes(publicTemplate), attributes(privateTemplate)]
    await callPooled('C_GenerateKeyPair', buffer(session), mechanism, ...templates)
  },
  wrap({ session, mechanism, wrappingKey, key, length }) {
    const room = Buffer.alloc(length)
    return callPooled('C_WrapKey', buffer(session), mechanism, buffer(wrappingKey), buffer(key), room)
  },
  async unwrap({ session, mechanism, unwrappingKey, wrapped, template }) {
    const input = buffer(wrapped)
    try {
      const handles = [buffer(session), mechanism, buffer(unwrappingKey)]
      return await callPooled('C_UnwrapKey', ...handles, input, attributes(template))
    } finally {
      input.fill(0)
    }
  },
}

/** @param {Question} question */
async function answer({ id, operation, request }) {
  try {
    const value = await operations[operation](request)
    parentPort?.postMessage({ id, value })
    if (operation === 'wrap' && value instanceof Uint8Array) value.fill(0) // the message is a copy
  } catch (error) {
    const failure = error instanceof CallFailed ? error.failure : failed(operation, error).failure
    parentPort?.postMessage({ id, failure })
  }
}

parentPort?.on('message', (/** @type {Question} */ question) => void answer(question))
