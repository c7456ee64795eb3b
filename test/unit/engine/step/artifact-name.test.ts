import { expect, it } from 'vitest'
import { artifactName } from '../../../../engine/step/artifact-name.ts'

it('names a file after a step outside of any item as before', () => {
  expect(artifactName('signRoot', '.pem')).toBe('signRoot.pem')
})

it('gives each item a plain name of its own', () => {
  const ids = ['sign[first]', 'sign[_25]', 'sign[%25]', 'sign[a][b]', 'sign[a!b]']
  const names = ids.map((id) => artifactName(id, '.pem'))
  expect(names).toEqual(['sign.first.pem', 'sign._5f25.pem', 'sign._2525.pem', 'sign.a.b.pem', 'sign.a_21b.pem'])
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
})
