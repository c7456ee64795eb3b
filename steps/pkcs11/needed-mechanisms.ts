import { Value } from 'typebox/value'
import type { PreflightStep } from '../../engine/step/preflight.ts'
import { keyAlgorithm } from './key-schema.ts'
import { mechanismTypes } from './token/constants.ts'
import type { TokenDialect } from './token/mechanisms.ts'
import type { KeyAlgorithm } from './token/public-key.ts'
import { signingMechanism } from './token/signer.ts'

/** One thing that steps will ask of a token. */
export interface NeededMechanism {
  /** Numbers of mechanisms, one of which has to do. */
  readonly anyOf: readonly number[]
  /** Ids of the steps. */
  readonly steps: readonly string[]
}

const signing = [
  mechanismTypes.ECDSA,
  mechanismTypes.SHA256_RSA_PKCS,
  mechanismTypes.SHA384_RSA_PKCS,
  mechanismTypes.SHA512_RSA_PKCS,
]

/**
 * The mechanisms that steps need of the token they work on, as far as their inputs are known. A step that signs needs that of the keys made
 * in the same token, where their kinds are known, else any.
 */
export function neededMechanisms(steps: readonly PreflightStep[], dialect: TokenDialect): readonly NeededMechanism[] {
  const made = steps.flatMap((step) => (makesSigningKey(step) ? [algorithmOf(step)] : []))
  const signs = made.length > 0 && made.every((each) => each !== undefined) ? made.map(signingMechanism) : signing
  const needed = new Map<string, { readonly anyOf: readonly number[]; readonly steps: string[] }>()
  for (const step of steps)
    for (const anyOf of neededBy(step, dialect, [...new Set(signs)])) {
      const key = anyOf.join()
      const entry = needed.get(key) ?? { anyOf, steps: [] }
      entry.steps.push(step.id)
      needed.set(key, entry)
    }
  return [...needed.values()]
}

/** `CKM_ECDSA`; one that we have no name for by its number. */
export function nameOfMechanism(number: number): string {
  const [name] = Object.entries(mechanismTypes).find(([, value]) => value === number) ?? []
  return name === undefined ? `0x${number.toString(16)}` : `CKM_${name}`
}

function neededBy(step: PreflightStep, dialect: TokenDialect, signs: readonly number[]): readonly number[][] {
  const { uses, role, permissions } = step
  const transfer = [[mechanismTypes.RSA_PKCS_OAEP], [dialect.aesKeyWrapPad]]
  if (uses === 'pkcs11.generate-key-pair') {
    const algorithm = algorithmOf(step)
    if (algorithm === undefined) return []
    const ec = algorithm.startsWith('ec-')
    const makes = ec ? mechanismTypes.EC_KEY_PAIR_GEN : mechanismTypes.RSA_PKCS_KEY_PAIR_GEN
    return [[makes], ...(makesSigningKey(step) ? [[signingMechanism(algorithm)]] : [])]
  }
  if (uses === 'pkcs11.copy-key') return role === 'from' ? [[mechanismTypes.AES_KEY_GEN], ...transfer] : transfer
  if (uses === 'pkcs11.unwrap-key') return transfer
  if (uses === 'pkcs11.prove-copy' && role !== 'to') return []
  return permissions.some((each) => /^C_Sign(?: |$)/.test(each)) ? [[...signs]] : []
}

function makesSigningKey({ uses, inputs }: PreflightStep): boolean {
  return uses === 'pkcs11.generate-key-pair' && (inputs['purpose'] ?? 'sign') === 'sign'
}

const known = keyAlgorithm('Kind and size of the key')

function algorithmOf({ inputs: { algorithm } }: PreflightStep): KeyAlgorithm | undefined {
  return Value.Check(known, algorithm) ? algorithm : undefined
}
