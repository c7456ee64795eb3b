import { invalid } from './invalid.ts'

/** Labels of RFC 7468 that this model reads and writes. */
export type PemLabel = 'CERTIFICATE' | 'X509 CRL' | 'CERTIFICATE REQUEST' | 'PUBLIC KEY'

/** Labels that other programs write for the same thing (RFC 7468 section 7: Microsoft's `certreq`). */
const alsoRead: Readonly<Partial<Record<string, PemLabel>>> = { 'NEW CERTIFICATE REQUEST': 'CERTIFICATE REQUEST' }

/** Encodes one block as RFC 7468 writes it strictly: lines of 64, a line feed at the end. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/**
 * Decodes a text that is exactly one block.
 *
 * @throws {StepError} `invalid` when there is text around the block, another label, a second block or improper base64
 */
export function decodePem(label: PemLabel, text: string): Uint8Array {
  const [first, ...others] = decodePemBlocks(label, text)
  if (first === undefined) throw invalid(`no PEM block \`${label}\` was found`)
  if (others.length > 0) throw invalid(`one PEM block \`${label}\` was wanted, found ${others.length + 1}`)
  return first
}

/** Decodes a text of nothing but blocks with this label, as a certificate chain is; none is an empty list. */
export function decodePemBlocks(label: PemLabel, text: string): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let open: string[] | undefined
  text.split(/\r?\n/).forEach((line, index) => {
    const where = `PEM line ${index + 1}`
    const boundary = /^-----(BEGIN|END) ([^-]+)-----[ \t]*$/.exec(line)
    if (boundary !== null) {
      const found = boundary[2] ?? ''
      if ((alsoRead[found] ?? found) !== label) throw invalid(`${where} is a \`${found}\`, wanted a \`${label}\``)
      if ((boundary[1] === 'BEGIN') !== (open === undefined))
        throw invalid(`${where} opens or closes a block out of turn`)
      if (open !== undefined) blocks.push(base64(open.join(''), where))
      open = open === undefined ? [] : undefined
    } else if (open !== undefined) {
      open.push(line.trim())
    } else if (line.trim() !== '') {
      throw invalid(`${where} is outside any block`, `give the \`${label}\` block and nothing else`)
    }
  })
  if (open !== undefined) throw invalid(`PEM block \`${label}\` has no end`)
  return blocks
}

function base64(digits: string, where: string): Uint8Array {
  const bytes = Buffer.from(digits, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== digits)
    throw invalid(`the block that ends at ${where} is not base64`)
  return Uint8Array.from(bytes)
}

/** DER of a block given as PEM text, as its bytes, or already as DER; a copy, which nobody else can change. */
export function derOf(label: PemLabel, source: string | Uint8Array): Uint8Array {
  if (typeof source === 'string') return decodePem(label, source)
  return source[0] === 0x2d ? decodePem(label, Buffer.from(source).toString('latin1')) : Uint8Array.from(source)
}
