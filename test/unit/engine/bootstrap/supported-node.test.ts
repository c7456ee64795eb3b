import { expect, it } from 'vitest'
import { supportedNode } from '../../../../engine/bootstrap/supported-node.mjs'

it.each(['20.19.0', '20.20.2', '22.0.0', '24.3.1', '100.0.0'])('accepts Node %s', (version) => {
  expect(supportedNode(version)).toBeUndefined()
})

it.each(['20.18.3', '18.20.4', '9.11.2'])('refuses Node %s', (version) => {
  expect(supportedNode(version)).toContain(`runbook needs Node 20.19 or newer, and this is ${version}`)
})
