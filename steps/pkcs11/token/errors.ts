import { StepError, type ErrorCode } from '../../../engine/step/errors.ts'
import type { Failure, OperationName } from './protocol.ts'
import { effects } from './protocol.ts'
import { returnValueName, returnValues, type ReturnValueName } from './return-values.ts'

const codes: Readonly<Partial<Record<ErrorCode, readonly ReturnValueName[]>>> = {
  authentication: [
    'CKR_PIN_INCORRECT',
    'CKR_PIN_INVALID',
    'CKR_PIN_LEN_RANGE',
    'CKR_PIN_EXPIRED',
    'CKR_PIN_LOCKED',
    'CKR_USER_PIN_NOT_INITIALIZED',
  ],
  // a lost login shows as a handle that is no longer valid: private objects vanish with it
  session: [
    'CKR_SESSION_CLOSED',
    'CKR_SESSION_HANDLE_INVALID',
    'CKR_USER_NOT_LOGGED_IN',
    'CKR_CRYPTOKI_NOT_INITIALIZED',
    'CKR_OBJECT_HANDLE_INVALID',
    'CKR_KEY_HANDLE_INVALID',
    'CKR_WRAPPING_KEY_HANDLE_INVALID',
    'CKR_UNWRAPPING_KEY_HANDLE_INVALID',
    'CKR_OPERATION_NOT_INITIALIZED',
    'CKR_OPERATION_ACTIVE',
  ],
  'in-use': ['CKR_SESSION_COUNT', 'CKR_SESSION_EXISTS', 'CKR_USER_TOO_MANY_TYPES'],
  conflict: [
    'CKR_CRYPTOKI_ALREADY_INITIALIZED',
    'CKR_USER_ALREADY_LOGGED_IN',
    'CKR_USER_ANOTHER_ALREADY_LOGGED_IN',
    'CKR_SESSION_READ_WRITE_SO_EXISTS',
  ],
  denied: [
    'CKR_KEY_UNEXTRACTABLE',
    'CKR_KEY_NOT_WRAPPABLE',
    'CKR_KEY_FUNCTION_NOT_PERMITTED',
    'CKR_ATTRIBUTE_READ_ONLY',
    'CKR_ATTRIBUTE_SENSITIVE',
    'CKR_ACTION_PROHIBITED',
    'CKR_TOKEN_WRITE_PROTECTED',
    'CKR_SESSION_READ_ONLY',
    'CKR_INFORMATION_SENSITIVE',
    'CKR_FUNCTION_REJECTED',
  ],
  'not-found': ['CKR_TOKEN_NOT_PRESENT', 'CKR_TOKEN_NOT_RECOGNIZED', 'CKR_SLOT_ID_INVALID'],
  invalid: [
    'CKR_ARGUMENTS_BAD',
    'CKR_ATTRIBUTE_TYPE_INVALID',
    'CKR_ATTRIBUTE_VALUE_INVALID',
    'CKR_TEMPLATE_INCOMPLETE',
    'CKR_TEMPLATE_INCONSISTENT',
    'CKR_MECHANISM_INVALID',
    'CKR_MECHANISM_PARAM_INVALID',
    'CKR_FUNCTION_NOT_SUPPORTED',
    'CKR_CURVE_NOT_SUPPORTED',
    'CKR_DOMAIN_PARAMS_INVALID',
    'CKR_PUBLIC_KEY_INVALID',
    'CKR_DATA_INVALID',
    'CKR_DATA_LEN_RANGE',
    'CKR_KEY_SIZE_RANGE',
    'CKR_KEY_TYPE_INCONSISTENT',
    'CKR_ENCRYPTED_DATA_INVALID',
    'CKR_ENCRYPTED_DATA_LEN_RANGE',
    'CKR_WRAPPED_KEY_INVALID',
    'CKR_WRAPPED_KEY_LEN_RANGE',
    'CKR_WRAPPING_KEY_SIZE_RANGE',
    'CKR_WRAPPING_KEY_TYPE_INCONSISTENT',
    'CKR_UNWRAPPING_KEY_SIZE_RANGE',
    'CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT',
    'CKR_USER_TYPE_INVALID',
  ],
  bug: ['CKR_BUFFER_TOO_SMALL', 'CKR_SESSION_PARALLEL_NOT_SUPPORTED'],
}

const codeOf = new Map<number, ErrorCode>()
for (const code of Object.keys(codes) as ErrorCode[]) {
  for (const name of codes[code] ?? []) codeOf.set(returnValues[name], code)
}

const refusals: Readonly<Partial<Record<ReturnValueName, readonly [state: string, words: string]>>> = {
  CKR_PIN_INCORRECT: ['incorrect', 'PIN is incorrect'],
  CKR_PIN_LOCKED: ['locked', 'PIN is locked'],
  CKR_PIN_EXPIRED: ['expired', 'PIN has expired'],
  CKR_PIN_INVALID: ['malformed', 'PIN has characters that the token does not take'],
  CKR_PIN_LEN_RANGE: ['malformed', 'PIN is too short or too long'],
  CKR_USER_PIN_NOT_INITIALIZED: ['not-set', 'the token has no user PIN yet'],
}

/**
 * The taxonomy's word for what a PKCS#11 module answered.
 *
 * A failed `C_Login` that is about neither session nor device presence counts as `authentication`, whatever value the module chose: trying
 * again could lock the PIN. A device that failed during an operation with effects leaves the outcome unknown.
 *
 * @param where ``token `root-hsm` `` or ``module `/path` ``
 */
export function pkcs11Error(failure: Failure, operation: OperationName, where: string): StepError {
  const { code } = failure
  if (code === undefined) {
    // only the loader's own words say why a library cannot be loaded
    if (failure.function === 'load') {
      const hint = 'name the PKCS#11 library of this machine and processor in `module`'
      return new StepError('invalid', `${where} cannot be loaded: ${failure.message}`, { hint })
    }
    return new StepError('bug', `\`${failure.function}\` on ${where} failed: ${failure.message}`)
  }
  const name = returnValueName(code)
  const facts = { operation: failure.function, ckr: name, ckrCode: code }
  if (failure.function === 'C_Login') return loginError(code, name, facts, where)
  const kind = codeOf.get(code) ?? 'device'
  const outcomeUnknown = kind === 'device' && effects.has(operation)
  return new StepError(kind, `\`${failure.function}\` on ${where} failed: \`${name}\``, { facts, outcomeUnknown })
}

function loginError(
  code: number,
  name: string,
  facts: Readonly<Record<string, string | number>>,
  where: string,
): StepError {
  const kind = codeOf.get(code)
  if (kind === 'session' || kind === 'not-found' || kind === 'conflict' || kind === 'in-use') {
    return new StepError(kind, `login to ${where} failed: \`${name}\``, { facts })
  }
  const [state, words] = refusals[name as ReturnValueName] ?? ['refused', 'the module refused']
  return new StepError('authentication', `login to ${where} failed: ${words} (\`${name}\`)`, {
    facts: { ...facts, credential: state },
    hint: 'correct the PIN reference before another try: tokens lock after a few wrong PINs',
  })
}
