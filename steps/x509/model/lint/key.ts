import type { Certificate } from '../certificate.ts'
import { publicKeyKind, publicKeyText } from '../public-key.ts'
import { type Lint, rule } from './lint.ts'

/** Rules on the public key. */
export const keyLints: readonly Lint<Pick<Certificate, 'spki'>>[] = [
  {
    id: 'e_public_key_type_not_allowed',
    look: ({ spki }) => (publicKeyKind(spki).kind === 'other' ? `public key is \`${publicKeyText(spki)}\`` : undefined),
  },
  {
    id: 'e_ec_improper_curves',
    look: ({ spki }) => {
      const key = publicKeyKind(spki)
      return key.kind === 'ec' && !/^P-(?:256|384|521)$/.test(key.curve) ? `curve is \`${key.curve}\`` : undefined
    },
  },
  {
    id: 'e_rsa_mod_less_than_2048_bits',
    look: ({ spki }) => {
      const key = publicKeyKind(spki)
      return key.kind === 'rsa' && key.modulusBits < 2048 ? `RSA modulus has ${key.modulusBits} bits` : undefined
    },
  },
  rule('w_rsa_mod_not_odd', 'RSA modulus is even', ({ spki }) => {
    const key = publicKeyKind(spki)
    return key.kind === 'rsa' && key.modulus % 2n === 0n
  }),
  rule('e_rsa_public_exponent_is_odd', 'RSA exponent is even', ({ spki }) => {
    const key = publicKeyKind(spki)
    return key.kind === 'rsa' && key.exponent % 2n === 0n
  }),
  rule('e_rsa_public_exponent_too_small', 'RSA exponent is below 3', ({ spki }) => {
    const key = publicKeyKind(spki)
    return key.kind === 'rsa' && key.exponent < 3n
  }),
  rule('w_rsa_public_exponent_not_in_range', 'RSA exponent is not between 2^16+1 and 2^256-1', ({ spki }) => {
    const key = publicKeyKind(spki)
    return key.kind === 'rsa' && (key.exponent < 65_537n || key.exponent >= 1n << 256n)
  }),
]
