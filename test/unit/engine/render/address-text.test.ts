import { expect, it } from 'vitest'
import { addressText } from '../../../../engine/render/address-text.ts'

it.each([
  ['createUser[alice]', 'createUser[alice]'],
  ['createUser[%C3%85sa%20Lind]', 'createUser[Åsa Lind]'],
  ['createUser[eu%2Fwest][a%40b.de]', 'createUser[eu/west][a@b.de]'],
  ['createUser[a%5D%5Bb]', 'createUser[a%5D%5Bb]'],
  ['createUser[100%25]', 'createUser[100%25]'],
  ['createUser[%1B%5B31m]', 'createUser[%1B%5B31m]'],
  ['createUser[%E2%80%AEx]', 'createUser[%E2%80%AEx]'],
  ['createUser[%D7%90]', 'createUser[%D7%90]'],
  ['createUser[%20a]', 'createUser[%20a]'],
  ['createUser[%]', 'createUser[%]'],
])('shows %s as %s', (address, text) => {
  expect(addressText(address)).toBe(text)
})
