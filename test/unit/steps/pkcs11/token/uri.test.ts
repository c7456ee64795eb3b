import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUri, printUri, tokenSelection } from '../../../../../steps/pkcs11/token/uri.ts'

it('reads what p11tool prints', () => {
  const text = 'pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=845e574be3a461b0;token=t1'
  const uri = parseUri(text)
  expect(uri.path).toEqual({
    ...{ model: 'SoftHSM v2', manufacturer: 'SoftHSM project', serial: '845e574be3a461b0', token: 't1' },
  })
  expect(tokenSelection(uri)).toEqual({
    ...{ model: 'SoftHSM v2', manufacturer: 'SoftHSM project', serial: '845e574be3a461b0', label: 't1' },
  })
})

it('keeps a key ID as bytes', () => {
  expect(parseUri('pkcs11:id=%01%abA;type=private').path).toEqual({ id: Uint8Array.of(1, 0xab, 0x41), type: 'private' })
})

it('reads the query', () => {
  expect(parseUri('PKCS11:token=a:b?module-path=/usr/lib/p11.so&pin-source=file:/a?b').query).toEqual({
    'module-path': '/usr/lib/p11.so',
    'pin-source': 'file:/a?b',
  })
})

it('reads the shortest URI', () => {
  expect(parseUri('pkcs11:')).toEqual({ path: {}, query: {} })
})

describe('refuses', () => {
  it.each([
    ['another scheme', 'pkcs12:token=a', 'does not begin with `pkcs11:`'],
    ['an unknown attribute', 'pkcs11:tokn=a', 'has attribute `tokn` in its path'],
    ['a vendor attribute', 'pkcs11:token=a;x-muscle=1', 'has attribute `x-muscle` in its path'],
    ['an attribute of the query in the path', 'pkcs11:module-path=a', 'has attribute `module-path` in its path'],
    ['an attribute without value', 'pkcs11:token', 'has attribute `token` in its path, wanted `name=value`'],
    ['an empty attribute', 'pkcs11:token=a;', 'has attribute `` in its path'],
    ['an attribute that comes twice', 'pkcs11:token=a;token=a', 'has `token` twice'],
    ['half an escape', 'pkcs11:token=a%2', 'has a bad escape in `token`'],
    ['an escape that is no hex', 'pkcs11:token=%zz', 'has a bad escape in `token`'],
    ['a space', 'pkcs11:token=a b', 'must be escaped'],
    ['a slash in the path', 'pkcs11:token=a/b', 'must be escaped'],
    ['a fragment', 'pkcs11:token=a#b', 'must be escaped'],
    ['bytes that are no UTF-8', 'pkcs11:token=%ff', 'no UTF-8'],
    ['an unknown object type', 'pkcs11:type=key', 'that is not one of `public`'],
    ['a slot that is no number', 'pkcs11:slot-id=one', 'has a value in `slot-id` that is not digits'],
  ])('%s', (_, text, message) => {
    expect(() => parseUri(text)).toThrow(message)
  })

  it('a PIN, without showing it', () => {
    for (const text of ['pkcs11:token=a?pin-value=4711', 'pkcs11:pin-value=4711', 'pkcs11:token=a?pin-value%3d4711']) {
      expect(() => parseUri(text)).toThrow(/^PKCS#11 URI holds a PIN$/)
    }
  })

  it('a slot as the choice of a token', () => {
    expect(() => tokenSelection(parseUri('pkcs11:slot-id=1'))).toThrow('selects a token by `slot-id`')
  })
})

it('reads back what it prints', () => {
  const text = fc.string({ unit: 'grapheme' })
  const uri = fc.record({
    path: fc.record(
      { token: text, serial: text, object: text, id: fc.uint8Array({ minLength: 1 }) },
      { requiredKeys: [] },
    ),
    query: fc.record({ 'module-path': text, 'pin-source': text }, { requiredKeys: [] }),
  })
  fc.assert(
    fc.property(uri, (value) => {
      expect(parseUri(printUri(value))).toEqual(value)
    }),
  )
})
