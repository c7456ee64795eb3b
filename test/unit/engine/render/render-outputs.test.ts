import { expect, it } from 'vitest'
import { renderOutputs } from '../../../../engine/render/render-outputs.ts'

it('prints `name: value`, and what takes several lines below its name', () => {
  expect(
    renderOutputs({ keyId: 'ab', pem: '-----BEGIN X-----\nAA==\n-----END X-----\n', names: ['a'], tag: { a: 1 } }),
  ).toBe(
    `keyId: ab
pem:
  -----BEGIN X-----
  AA==
  -----END X-----
names:
  - a
tag:
  a: 1
`,
  )
})

const findings = [
  { area: 'backups', item: 'newest', found: '9 days', verdict: 'bad', good: false },
  { area: 'users', item: '管理者', found: null, limit: 4 },
]

it('prints a list of flat objects as a table, with all names that there are', () => {
  expect(renderOutputs({ findings })).toBe(`findings:
  area     item    found   verdict  good   limit
  backups  newest  9 days  bad      false
  users    管理者                          4
`)
})

it('wraps the widest columns where a terminal is narrower, and is no table where that does not help', () => {
  const wide = [
    { area: 'keys', found: 'the key of the root is owned by somebody else', arn: 'arn:aws:cloudhsm:eu-central-1' },
  ]
  expect(renderOutputs({ wide }, 42)).toBe(`wide:
  area  found             arn
  keys  the key of the    arn:aws:cloudhsm
        root is owned by  :eu-central-1
        somebody else
`)
  for (const line of renderOutputs({ wide }, 42).split('\n')) expect(line.length).toBeLessThanOrEqual(42)
  expect(renderOutputs({ wide }, 20)).toContain('  -\n    area: keys\n')
})

it('shows control characters of a table as what they are', () => {
  expect(renderOutputs({ list: [{ name: 'a\u001b[2J' }] })).toBe('list:\n  name\n  a\\x1b[2J\n')
})

it('prints lists of anything else below each other', () => {
  expect(renderOutputs({ nested: [{ a: { b: 1 } }] })).toBe('nested:\n  -\n    a:\n      b: 1\n')
  expect(renderOutputs({ texts: [{ pem: 'a\nb' }] })).not.toContain('pem  ')
  expect(renderOutputs({ none: [] })).toBe('none: none\n')
})
