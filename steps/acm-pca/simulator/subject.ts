import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import { nameFromMembers } from '../../x509/model/name.ts'
import type { subject } from './shapes.ts'

/** The order in which members stand in a name that AWS Private CA encodes [?]. */
const order = [
  'Country',
  'Organization',
  'OrganizationalUnit',
  'DistinguishedNameQualifier',
  'State',
  'CommonName',
  'SerialNumber',
  'Locality',
  'Title',
  'Surname',
  'GivenName',
  'Initials',
  'Pseudonym',
  'GenerationQualifier',
] as const

/**
 * Encodes an ASN1Subject.
 *
 * @returns DER Name
 * @throws {ServiceError} `InvalidArgsException`
 */
export function nameOf(wanted: ValueOf<typeof subject>): Uint8Array {
  const standard = order.flatMap((type) => (wanted[type] === undefined ? [] : [{ type, value: wanted[type] }]))
  const custom = (wanted.CustomAttributes ?? []).map(({ ObjectIdentifier, Value }) => ({
    type: ObjectIdentifier,
    value: Value,
  }))
  if (standard.length > 0 && custom.length > 0)
    throw invalid('CustomAttributes cannot be combined with the standard attributes of a subject.')
  if (standard.length + custom.length === 0) throw invalid('The subject is empty.')
  try {
    return nameFromMembers([...standard, ...custom])
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidArgsException', message)
}
