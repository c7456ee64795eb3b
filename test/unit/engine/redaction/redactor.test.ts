import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redactor } from '../../../../engine/redaction/redactor.ts'

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor()
  values.forEach((value, at) => redactor.add({ reference: `env:S${at}`, value }))
  return redactor
}

/** Every way in which another program may write a value down. */
const writers: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  json: (value) => JSON.stringify(value),
  'json in json': (value) => JSON.stringify(JSON.stringify({ value })),
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  hex: (value) => Buffer.from(value).toString('hex'),
  HEX: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  component: (value) => encodeURIComponent(value),
  'small digits': (value) => encodeURIComponent(value).replace(/%../g, (digits) => digits.toLowerCase()),
  form: (value) => new URLSearchParams({ value }).toString(),
  crlf: (value) => value.replace(/\r\n|\n/g, '\r\n'),
}

/** Secrets of the kinds there are; without brackets, which the replacement itself has. */
const characters = [...'abcdefghijKLMNOP0123456789 +/=&?%"\\\n\r\tß漢😀']
const longSecret = fc
  .string({ unit: fc.constantFrom(...characters), minLength: 8, maxLength: 40 })
  .map((text) => `x${text}`)
const shortSecret = fc.string({ unit: fc.constantFrom(...'0123456789abcXYZ'), minLength: 1, maxLength: 7 })
const secret = fc
  .oneof(longSecret, shortSecret)
  .filter((value) => !/^(s|se|sec|secr|secre|secret|env|S\d)$/.test(value))

/** Ordinary text that no secret above is part of: it has letters that they have not. */
const ordinary = fc.string({ unit: fc.constantFrom(...'qrstuvwyz .-é漢'), maxLength: 20 })

/** Cuts a text at any places. */
function cut(text: string, places: readonly number[]): readonly string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b)
  return [...ends, text.length].map((end, at) => text.slice(at === 0 ? 0 : ends[at - 1], end))
}

const places = fc.array(fc.nat(), { maxLength: 12 })

describe('a secret', () => {
  it('never comes out, in whatever form and however the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(ordinary, fc.nat(), fc.constantFrom(...Object.keys(writers))), {
          minLength: 1,
          maxLength: 6,
        }),
        places,
        (secrets, parts, where) => {
          const redactor = redactorOf(...secrets)
          const written = parts.map(([before, which, how]) => {
            const value = secrets[which % secrets.length] ?? ''
            const write = value.length < 4 ? String : (writers[how] ?? String)
            return { before, text: write(value) }
          })
          const text = written.map((part) => `${part.before} ${part.text} `).join('')
          const stream = redactor.stream()
          const out =
            cut(text, where)
              .map((chunk) => stream.write(chunk))
              .join('') + stream.end()
          for (const value of secrets.filter(({ length }) => length >= 8))
            for (const write of Object.values(writers)) {
              const form = write(value).replace(/^"+|"+$|^value=/g, '')
              expect(out.replaceAll(/\[secret [^\]]*\]/g, '[]')).not.toContain(form)
            }
          for (const { text: form } of written)
            expect(out.replaceAll(/\[secret [^\]]*\]/g, '[]').split(' ')).not.toContain(form)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('never comes out within the base64 of something longer', () => {
    fc.assert(
      fc.property(
        longSecret,
        fc.uint8Array({ maxLength: 20 }),
        fc.uint8Array({ maxLength: 20 }),
        (value, before, after) => {
          const text = Buffer.concat([before, Buffer.from(value), after]).toString('base64')
          const out = redactorOf(value).text(text)
          const left = out.split(/\[secret env:S0\]/)
          expect(left.length).toBeGreaterThan(1)
          // what is left decodes to what stood around it, and to less than a byte of the secret at either end
          const bytesLeft = (left.join('').replaceAll('=', '').length * 6) / 8
          expect(bytesLeft).toBeLessThan(before.length + after.length + 2)
        },
      ),
    )
  })
})

describe('a text', () => {
  it('comes out as it was when there is no secret in it', () => {
    fc.assert(
      fc.property(
        fc.array(longSecret, { maxLength: 5 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        places,
        (secrets, text, where) => {
          const stream = redactorOf(...secrets).stream()
          expect(
            cut(text, where)
              .map((chunk) => stream.write(chunk))
              .join('') + stream.end(),
          ).toBe(text)
        },
      ),
    )
  })

  it('comes out of a stream as in one piece', () => {
    // few letters, so that secrets overlap themselves, each other and the cuts
    const dense = (maxLength: number) => fc.string({ unit: fc.constantFrom(...'ab-\n'), minLength: 1, maxLength })
    fc.assert(
      fc.property(fc.array(dense(12), { maxLength: 5 }), dense(80), places, (secrets, text, where) => {
        const redactor = redactorOf(...secrets)
        const stream = redactor.stream()
        expect(
          cut(text, where)
            .map((chunk) => stream.write(chunk))
            .join('') + stream.end(),
        ).toBe(redactor.text(text))
      }),
      { numRuns: 1000 },
    )
  })

  it('is held back only as far as it may be a secret', () => {
    const stream = redactorOf('correct horse').stream()
    expect(stream.write('is it correct')).toBe('is it ')
    expect(stream.write(' hat?')).toBe('correct hat?')
    expect(stream.write('correct hors')).toBe('')
    expect(stream.write('e!')).toBe('[secret env:S0]!')
    expect(stream.write('the end\n')).toBe('the end\n')
    expect(stream.end()).toBe('')
  })

  it('passes through untouched where nothing is registered', () => {
    const stream = new Redactor().stream()
    expect(stream.write('anything')).toBe('anything')
    expect(stream.end()).toBe('')
  })
})

describe('a secret that is registered while a stream runs', () => {
  it('is found in what follows, also in what is held back', () => {
    const redactor = redactorOf('hunter2hunter2')
    const stream = redactor.stream()
    expect(stream.write('a hunter')).toBe('a ')
    redactor.add({ reference: 'file:x', value: 'hunter of foxes' })
    expect(stream.write(' of foxes')).toBe('[secret file:x]')
  })

  it('begins as a token after what passed before it', () => {
    const redactor = new Redactor()
    const stream = redactor.stream()
    stream.write('x')
    redactor.add({ reference: 'env:PIN', value: '1234' })
    expect(stream.write('1234 1234') + stream.end()).toBe('1234 [secret env:PIN]')
  })
})

describe('a short secret', () => {
  const pin = redactorOf('1234')

  it.each([
    '1234',
    'PIN 1234 is wrong',
    'user:1234@host',
    '"1234"',
    'pin=1234&x',
    '\u001b[31m1234\u001b[0m',
    JSON.stringify('wrong\n1234\n'),
    'pin%3D1234%26',
    '(1234).',
    'MTIzNA==',
    'MTIzNA',
    '31323334',
  ])('is found as a whole token: %j', (text) => {
    expect(pin.text(text)).toContain('[secret env:S0]')
    expect(pin.text(text)).not.toMatch(/1234|MTIzNA|31323334/)
  })

  it.each(['12345', 'a1234', '1234a', '0x12341', '20261234', '_1234_', 'xMTIzNA==', '313233343536'])(
    'leaves ordinary text alone: %s',
    (text) => {
      expect(pin.text(text)).toBe(text)
    },
  )

  it('of three characters is found only as itself', () => {
    expect(redactorOf('abc').text('abc abcd YWJj 616263')).toBe('[secret env:S0] abcd YWJj 616263')
  })

  it('that is punctuation stands apart', () => {
    expect(redactorOf('.').text('The end. " . "')).toBe('The end. " [secret env:S0] "')
  })
})

describe('several secrets', () => {
  it('are called after the longest where one is part of another', () => {
    expect(redactorOf('hunter2hunter2', 'hunter2hunter2-and-more').text('hunter2hunter2-and-more')).toBe(
      '[secret env:S1]',
    )
  })

  it('go as a whole where they overlap', () => {
    expect(redactorOf('abcdefgh', 'fghijklmno').text('<abcdefghijklmno>')).toBe('<[secret env:S1]>')
    expect(redactorOf('abcdefghijkl', 'ijklmnop').text('<abcdefghijklmnop>')).toBe('<[secret env:S0]>')
  })

  it('side by side stay two', () => {
    expect(redactorOf('abcdefgh').text('abcdefghabcdefgh')).toBe('[secret env:S0][secret env:S0]')
  })

  it('of one value are called after the first reference', () => {
    expect(redactorOf('abcdefgh', 'abcdefgh').text('abcdefgh')).toBe('[secret env:S0]')
  })
})

describe('a secret of several lines', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\n-----END PRIVATE KEY-----'

  it('is found whole, with either line end, and line by line', () => {
    const redactor = redactorOf(key)
    for (const text of [key, key.replaceAll('\n', '\r\n'), JSON.stringify(key)]) {
      expect(redactor.text(text)).toContain('[secret env:S0]')
      expect(redactor.text(text)).not.toMatch(/MIGH|AgEG/)
    }
    expect(redactor.text('  AgEGCCqGSM49AwEHBG0w')).toBe('  [secret env:S0]')
  })

  it('leaves the border lines of PEM to other texts', () => {
    expect(redactorOf(key).text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----')
  })
})

describe('a value', () => {
  it('keeps its shape, and loses the secret in strings and names', () => {
    const redactor = redactorOf('hunter2hunter2', '1234')
    const value = { at: 1234, ok: true, none: null, list: ['PIN 1234', { hunter2hunter2: 'x' }] }
    expect(redactor.json(value)).toEqual({
      at: 1234,
      ok: true,
      none: null,
      list: ['PIN [secret env:S1]', { '[secret env:S0]': 'x' }],
    })
  })

  it('is the same one where nothing is registered', () => {
    const value = { a: ['b'] }
    expect(new Redactor().json(value)).toBe(value)
  })

  it('stays JSON when a reference holds what JSON escapes', () => {
    const redactor = new Redactor()
    redactor.add({ reference: 'file:a"b\\c\n', value: 'hunter2hunter2' })
    expect(JSON.parse(redactor.text('{"a":"hunter2hunter2"}'))).toEqual({ a: '[secret file:a?b?c?]' })
  })
})
