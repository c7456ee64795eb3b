import { tags } from './der.ts'
import { childrenOf, readDer } from './der-reader.ts'
import { readTbsRequest, type TbsRequest } from './csr.ts'
import { invalid } from './invalid.ts'
import { readTbsCertificate, type TbsCertificate } from './tbs-certificate.ts'
import { readTbsCrl, type TbsCrl } from './tbs-crl.ts'

/** Anything that this model prepares for a signature. */
export type Tbs = TbsCertificate | TbsCrl | TbsRequest

/**
 * Reads a to-be-signed part, telling by its structure what it is.
 *
 * @throws {StepError} `invalid` when it is none of a certificate, a CRL and a certificate request
 */
export function parseTbs(tbs: Uint8Array): Tbs {
  const shape = childrenOf(readDer(tbs, 'to-be-signed part'), 'to-be-signed part').map(({ tag }) => tag)
  const [first, second, third, fourth] = shape
  const isTime = (tag: number | undefined): boolean => tag === tags.utcTime || tag === tags.generalizedTime
  if (first === 0xa0) return readTbsCertificate(tbs)
  if (isTime(third) || isTime(fourth)) return readTbsCrl(tbs)
  if (first === tags.integer && second === tags.sequence && fourth === 0xa0) return readTbsRequest(tbs)
  if (first === tags.integer && second === tags.sequence) return readTbsCertificate(tbs)
  throw invalid('this is no to-be-signed part of a certificate, a CRL or a certificate request')
}
