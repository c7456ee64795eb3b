/** One attribute type of a distinguished name. */
export interface NameAttribute {
  /** Short name, as printed. */
  readonly name: string
  readonly oid: string
  /** Other names that are read; all names are read in any case. */
  readonly aliases?: readonly string[]
  /** Member of ASN1Subject in the API of AWS Private CA. */
  readonly pcaMember?: string
  /** `printable`: PrintableString only; `ia5`: IA5String; else PrintableString where it fits, UTF8String where not. */
  readonly string?: 'printable' | 'ia5'
  /** Upper bound in characters (RFC 5280 appendix A). */
  readonly maxLength?: number
}

/** Attribute types by RFC 4514 section 3, RFC 5280 section 4.1.2.4, ETSI EN 319 412-1 and the API of AWS Private CA. */
export const nameAttributes: readonly NameAttribute[] = [
  { name: 'C', oid: '2.5.4.6', aliases: ['countryName'], pcaMember: 'Country', string: 'printable', maxLength: 2 },
  { name: 'O', oid: '2.5.4.10', aliases: ['organizationName'], pcaMember: 'Organization', maxLength: 64 },
  { name: 'OU', oid: '2.5.4.11', aliases: ['organizationalUnitName'], pcaMember: 'OrganizationalUnit', maxLength: 64 },
  { name: 'CN', oid: '2.5.4.3', aliases: ['commonName'], pcaMember: 'CommonName', maxLength: 64 },
  { name: 'ST', oid: '2.5.4.8', aliases: ['S', 'stateOrProvinceName'], pcaMember: 'State', maxLength: 128 },
  { name: 'L', oid: '2.5.4.7', aliases: ['localityName'], pcaMember: 'Locality', maxLength: 128 },
  { name: 'serialNumber', oid: '2.5.4.5', pcaMember: 'SerialNumber', string: 'printable', maxLength: 64 },
  {
    name: 'dnQualifier',
    oid: '2.5.4.46',
    pcaMember: 'DistinguishedNameQualifier',
    string: 'printable',
    maxLength: 64,
  },
  { name: 'title', oid: '2.5.4.12', pcaMember: 'Title', maxLength: 64 },
  { name: 'SN', oid: '2.5.4.4', aliases: ['surname'], pcaMember: 'Surname', maxLength: 40 },
  { name: 'GN', oid: '2.5.4.42', aliases: ['givenName'], pcaMember: 'GivenName', maxLength: 16 },
  { name: 'initials', oid: '2.5.4.43', pcaMember: 'Initials', maxLength: 5 },
  { name: 'pseudonym', oid: '2.5.4.65', pcaMember: 'Pseudonym', maxLength: 128 },
  { name: 'generationQualifier', oid: '2.5.4.44', pcaMember: 'GenerationQualifier', maxLength: 3 },
  { name: 'STREET', oid: '2.5.4.9', aliases: ['streetAddress'] },
  { name: 'postalCode', oid: '2.5.4.17', maxLength: 40 },
  { name: 'businessCategory', oid: '2.5.4.15', maxLength: 128 },
  { name: 'organizationIdentifier', oid: '2.5.4.97' },
  { name: 'UID', oid: '0.9.2342.19200300.100.1.1', aliases: ['userId'], maxLength: 256 },
  { name: 'DC', oid: '0.9.2342.19200300.100.1.25', aliases: ['domainComponent'], string: 'ia5' },
  { name: 'emailAddress', oid: '1.2.840.113549.1.9.1', aliases: ['E'], string: 'ia5', maxLength: 255 },
]

/** Finds an attribute type by any of its names or by its object identifier. */
export function findNameAttribute(nameOrOid: string): NameAttribute | undefined {
  const wanted = nameOrOid.toLowerCase()
  return nameAttributes.find(
    ({ name, oid, aliases = [] }) => oid === wanted || [name, ...aliases].some((each) => each.toLowerCase() === wanted),
  )
}

/** The known name nearest to a mistyped one, when there is one near. */
export function nearAttributeName(mistyped: string): string | undefined {
  const names = nameAttributes.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const wanted = mistyped.toLowerCase()
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.name : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
