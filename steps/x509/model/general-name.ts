import { isIP } from 'node:net'
import { concatBytes, hexOf } from './bytes.ts'
import { ascii, context, contextPrimitive, oid } from './der.ts'
import { childrenOf, type DerValue, readDer } from './der-reader.ts'
import { asciiText, dottedOf } from './der-values.ts'
import { invalid } from './invalid.ts'
import { printName } from './name-text.ts'
import { visibleText } from './visible.ts'

/** One GeneralName (RFC 5280 section 4.2.1.6). */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly text: string }
  | { readonly kind: 'ip'; readonly address: string }
  | { readonly kind: 'directory'; readonly nameDer: Uint8Array }
  | { readonly kind: 'registered-id'; readonly oid: string }
  /** `valueDer`: what stands inside the explicit tag. */
  | { readonly kind: 'other'; readonly oid: string; readonly valueDer: Uint8Array }
  /** A form that is carried as it is: x400Address, ediPartyName, an address with a mask. */
  | { readonly kind: 'raw'; readonly der: Uint8Array }

const textTags = { email: 1, dns: 2, uri: 6 } as const

/** @throws {StepError} `invalid` when a text is not ASCII or an address is none */
export function encodeGeneralName(name: GeneralName): Uint8Array {
  switch (name.kind) {
    case 'email':
    case 'dns':
    case 'uri':
      return contextPrimitive(textTags[name.kind], ascii(name.text))
    case 'ip':
      return contextPrimitive(7, addressOctets(name.address))
    case 'directory':
      return context(4, name.nameDer)
    case 'registered-id':
      return contextPrimitive(8, readDer(oid(name.oid), 'registered id').content)
    case 'other':
      return context(0, oid(name.oid), context(0, name.valueDer))
    case 'raw':
      return name.der
  }
}

/** @throws {StepError} `invalid` when it is no GeneralName */
export function decodeGeneralName(value: DerValue): GeneralName {
  const { tag, content, bytes } = value
  switch (tag) {
    case 0x81:
      return { kind: 'email', text: asciiText(content, 'email name') }
    case 0x82:
      return { kind: 'dns', text: asciiText(content, 'DNS name') }
    case 0x86:
      return { kind: 'uri', text: asciiText(content, 'URI name') }
    case 0x87:
      return content.length === 4 || content.length === 16
        ? { kind: 'ip', address: addressText(content) }
        : { kind: 'raw', der: bytes }
    case 0xa4:
      return { kind: 'directory', nameDer: content }
    case 0x88:
      return { kind: 'registered-id', oid: dottedOf(content, 'registered id') }
    case 0xa0: {
      const [type, wrapped] = childrenOf(value, 'other name')
      if (type?.tag !== 0x06 || wrapped?.tag !== 0xa0) throw invalid('other name is not a type and a value')
      return { kind: 'other', oid: dottedOf(type.content, 'type of other name'), valueDer: wrapped.content }
    }
    case 0xa3:
    case 0xa5:
      return { kind: 'raw', der: bytes }
    default:
      throw invalid(`tag 0x${tag.toString(16)} is no general name`)
  }
}

/** `DNS:example.com`, in the manner of OpenSSL. */
export function generalNameText(name: GeneralName): string {
  switch (name.kind) {
    case 'email':
    case 'dns':
      return `${name.kind === 'dns' ? 'DNS' : 'email'}:${visibleText(name.text)}`
    case 'uri':
      return `URI:${visibleText(name.text)}`
    case 'ip':
      return `IP:${name.address}`
    case 'directory':
      return `directory:${printName(name.nameDer)}`
    case 'registered-id':
      return `registered id:${name.oid}`
    case 'other':
      return `other:${name.oid}:${hexOf(name.valueDer)}`
    case 'raw':
      return `DER:${hexOf(name.der)}`
  }
}

function addressOctets(address: string): Uint8Array {
  const version = isIP(address)
  if (version === 0 || address.includes('%')) throw invalid(`\`${address}\` is not an IP address`)
  if (version === 4) return Uint8Array.from(address.split('.').map(Number))
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  const dotted = tail === null ? [] : (tail[2] ?? '').split('.').map(Number)
  const [head = '', rest] = (tail === null ? address : (tail[1] ?? '').replace(/([^:]):$/, '$1')).split('::')
  const front = groups(head)
  const back = concatBytes([groups(rest ?? ''), Uint8Array.from(dotted)])
  return concatBytes([front, new Uint8Array(16 - front.length - back.length), back])
}

function groups(text: string): Uint8Array {
  const octets = text
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
  return Uint8Array.from(octets)
}

function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  const pairs = Array.from({ length: 8 }, (_, at) =>
    ((octets[at * 2] ?? 0) * 256 + (octets[at * 2 + 1] ?? 0)).toString(16),
  )
  return new URL(`http://[${pairs.join(':')}]/`).hostname.slice(1, -1)
}
