/**
 * An address as people read it: `createUser[%C3%A5sa]` is `createUser[åsa]`. A key that could be taken for something else, or that
 * would be shown in another order than it is written, stays encoded.
 */
export function addressText(address: string): string {
  return address.includes('%') ? address.replaceAll(/\[([^\]]*)\]/g, (_, key: string) => `[${keyText(key)}]`) : address
}

function keyText(encoded: string): string {
  let key: string
  try {
    key = decodeURIComponent(encoded)
  } catch {
    return encoded
  }
  return plain.test(key) && !misleading.test(key) ? key : encoded
}

const plain = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+( [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u
/** Brackets and percent signs are the address's own; backquotes the message's; what is written from right to left moves what follows. */
const misleading = /[[\]%`\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
