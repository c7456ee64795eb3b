import { expect, it } from 'vitest'
import { withoutSecrets } from '../../../../engine/run/without-secrets.ts'
import { registerSecret } from '../../../../engine/redaction/redactor.ts'

registerSecret({ reference: 'env:PIN', value: '4711' })
registerSecret({ reference: 'file:password', value: 'correct horse battery' })

it('leaves a label as it is that looks like a PIN, since a resume works with it', () => {
  const value = { inputs: { label: '4711' } }
  expect(withoutSecrets('step/key/started', value)).toBe(value)
})

it('redacts words, which nothing is decided on', () => {
  expect(withoutSecrets('step/key/failed/0', { message: 'PIN 4711 was refused' })).toEqual({
    message: 'PIN [secret env:PIN] was refused',
  })
})

it('refuses a record that holds a long secret, and does not show it', () => {
  const hex = Buffer.from('correct horse battery').toString('hex')
  for (const held of ['correct horse battery', hex])
    expect(() => withoutSecrets('step/key/succeeded', { outputs: { held } })).toThrow(
      'record `step/key/succeeded` would put a secret into the journal: {"outputs":{"held":"[secret file:password]"}}',
    )
})
