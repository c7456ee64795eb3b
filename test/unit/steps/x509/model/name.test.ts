import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StepError } from '../../../../../engine/step/errors.ts'
import { certificatePem } from '../../../../../steps/x509/model/certificate.ts'
import { tags } from '../../../../../steps/x509/model/der.ts'
import { nameAttributes } from '../../../../../steps/x509/model/name-attributes.ts'
import { nameFromMembers, parseName } from '../../../../../steps/x509/model/name.ts'
import { printName, readName } from '../../../../../steps/x509/model/name-text.ts'
import { makeKey, makeRoot } from './hierarchy.ts'
import { judge } from './judge.ts'

const failure = (text: string): StepError => {
  try {
    parseName(text)
  } catch (error) {
    if (StepError.is(error)) return error
  }
  throw new Error(`${text} was accepted`)
}

describe('a name', () => {
  it('comes back from its print for every text in every free attribute', () => {
    const types = nameAttributes.filter(({ string }) => string === undefined).map(({ name }) => name)
    const pair = fc.record({
      type: fc.constantFrom(...types),
      value: fc.oneof(
        fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }),
        fc.string({
          minLength: 1,
          maxLength: 3,
          unit: fc.constantFrom(' ', ',', '+', '\\', '#', '"', '=', 'é', '\n', '\0'),
        }),
      ),
    })
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (members) => {
        const name = nameFromMembers(members)
        expect(readName(name).map(([part]) => part?.text)).toEqual(members.map(({ value }) => value))
        expect(Buffer.from(parseName(printName(name))).toString('hex')).toBe(Buffer.from(name).toString('hex'))
      }),
      { numRuns: 150 },
    )
  })

  it('is encoded in the order given, country printable, the rest as short as it can be', () => {
    const parts = readName(parseName('CN=Root, O=Bücher, C=DE')).flat()
    expect(parts.map(({ name, tag }) => [name, tag])).toEqual([
      ['CN', tags.printableString],
      ['O', tags.utf8String],
      ['C', tags.printableString],
    ])
  })

  it('keeps country printable where all else is asked to be UTF8String', () => {
    const parts = readName(parseName('C=US, O=Example, DC=com', 'utf8')).flat()
    expect(parts.map(({ tag }) => tag)).toEqual([tags.printableString, tags.utf8String, tags.ia5String])
  })

  it('joins attributes of one set with a plus', () => {
    expect(readName(parseName('CN=a + O=b, C=US')).map((set) => set.length)).toEqual([2, 1])
  })

  it('reads escapes, hex, DER values, object identifiers and names in any case', () => {
    const name = parseName('cn=A\\, B\\2C\\C3\\A9\\ , 1.2.3.4=x, OID.2.5.4.10=Org, ou=#0c0161, commonName=z')
    expect(readName(name).map(([part]) => [part?.name, part?.text])).toEqual([
      ['CN', 'A, B,é '],
      ['1.2.3.4', 'x'],
      ['O', 'Org'],
      ['OU', 'a'],
      ['CN', 'z'],
    ])
  })

  it('prints what could mislead a reader as escapes', () => {
    const name = nameFromMembers([{ type: 'CommonName', value: 'a\u001b[2J\u202eb\u00a0c\nd' }])
    expect(printName(name)).toBe('CN=a\\1b[2J\\e2\\80\\aeb\\c2\\a0c\\0ad')
  })

  it('is read by OpenSSL as we print it', () => {
    const text = 'C=US, ST=New York, O=Example\\, Inc., OU=PKI + UID=ab, CN=Bücher'
    const root = makeRoot(makeKey(), { subject: parseName(text) })
    const args = ['x509', '-in', 'root', '-noout', '-subject', '-nameopt', 'esc_2253,sep_comma_plus_space,utf8,sname']
    const { stdout } = judge('openssl', args, { root: certificatePem(root) })
    expect(stdout).toBe(`subject=${text}\n`)
    expect(printName(root.subject)).toBe(text)
  })

  it.each([
    ['', 'name is empty'],
    ['   ', 'name is empty'],
    ['CN', 'name has no `type=value` at character 1: `CN`'],
    ['CN=a,', 'name has no `type=value` at character 6: `CN=a,`'],
    ['CN=', 'name attribute `CN` is empty'],
    ['C=USA', 'country `USA` is not two letters'],
    ['C=1A', 'country `1A` is not two letters'],
    ['CM=a', 'name attribute `CM` is unknown'],
    ['CN="a"', 'name has an unescaped `"` at character 4'],
    ['CN=a\\', 'name has an unescaped `\\` at character 5'],
    ['CN=\\ff', 'name has escapes that are not proper UTF-8 at character 4'],
    ['serialNumber=a*', '`a*` has characters that PrintableString has not'],
    ['DC=é', '`é` is not ASCII'],
    [`CN=${'a'.repeat(65)}`, 'name attribute `CN` has 65 characters, at most 64 are allowed'],
  ])('is refused: %s', (text, message) => {
    expect(failure(text)).toMatchObject({ code: 'invalid', message })
  })

  it('names the attribute that was meant', () => {
    expect(failure('OUU=a').hint).toBe('did you mean `OU`?')
    expect(failure('comonName=a').hint).toBe('did you mean `commonName`?')
    expect(failure('zzzzzz=a').hint).toBeUndefined()
  })
})

describe('a name from members of AWS Private CA', () => {
  it('takes members and object identifiers', () => {
    const members = [
      { type: 'Country', value: 'US' },
      { type: 'Organization', value: 'Example Corp' },
      { type: 'CommonName', value: 'Example Issuing CA' },
      { type: '1.2.3.4', value: 'custom' },
    ]
    expect(printName(nameFromMembers(members))).toBe('C=US, O=Example Corp, CN=Example Issuing CA, 1.2.3.4=custom')
  })

  it('refuses a member that there is not', () => {
    expect(() => nameFromMembers([{ type: 'OrganizastionalUnit', value: 'a' }])).toThrow('is not a member of a subject')
  })
})
