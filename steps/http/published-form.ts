import { StepError } from '../../engine/step/errors.ts'
import { decodePem, decodePemBlocks, type PemLabel } from '../x509/model/pem.ts'

/** How a content is published: `der` the one block of a PEM text, decoded; `pem` as PEM text; `text` as it is. */
export const publishedForms = ['der', 'pem', 'text'] as const

export type PublishedForm = (typeof publishedForms)[number]

export interface PublishedForms {
  readonly bytes: Uint8Array
  /** The media type that suits it, unless the runbook names another. */
  readonly contentType: string
}

/** RFC 2585 section 3, RFC 5967. */
const derTypes: Readonly<Record<PemLabel, string>> = {
  CERTIFICATE: 'application/pkix-cert',
  'X509 CRL': 'application/pkix-crl',
  'CERTIFICATE REQUEST': 'application/pkcs10',
  'PUBLIC KEY': 'application/octet-stream',
}

/** @throws {StepError} `invalid` when a PEM text is wanted and it is none, or holds what is not made to be published */
export function publishedForm(content: string, form: PublishedForm): PublishedForms {
  switch (form) {
    case 'der': {
      const label = labelOf(content)
      return { bytes: decodePem(label, content), contentType: derTypes[label] }
    }
    case 'pem': {
      const label = labelOf(content)
      decodePemBlocks(label, content)
      const contentType = label === 'CERTIFICATE' ? 'application/pem-certificate-chain' : 'application/x-pem-file'
      return { bytes: Buffer.from(content, 'utf8'), contentType }
    }
    case 'text':
      if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(content))
        throw new StepError('invalid', 'the content holds a private key, which is never published')
      return { bytes: Buffer.from(content, 'utf8'), contentType: 'text/plain; charset=utf-8' }
  }
}

function labelOf(content: string): PemLabel {
  const [, label] = /^-----BEGIN ([^-]+)-----/.exec(content) ?? []
  const known = (Object.keys(derTypes) as PemLabel[]).find((name) => name === label) // the keys of a closed record
  if (known !== undefined) return known
  throw new StepError(
    'invalid',
    `wanted PEM text of a certificate, CRL, request or public key, found ${label === undefined ? 'none' : `a \`${label}\``}`,
  )
}
