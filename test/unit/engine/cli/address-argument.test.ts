import { expect, it } from 'vitest'
import { addressArgument } from '../../../../engine/cli/address-argument.ts'
import { addressText } from '../../../../engine/render/address-text.ts'
import { itemSuffix } from '../../../../engine/run/step-scope.ts'

it.each(['alice', 'bob/ops', 'Åsa Lind', '100%', 'a[0]', 'x=y', '🔑'])('takes the item %s as it is shown', (key) => {
  const address = `createKey${itemSuffix('[eu]', key)}`
  expect(addressArgument(addressText(address))).toBe(address)
  expect(addressArgument(address)).toBe(address)
})
