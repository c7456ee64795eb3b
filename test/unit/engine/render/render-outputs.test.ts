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
