import type { Family } from '../../../engine/step/family.ts'
import { compute } from './compute.ts'
import { createHsm } from './create-hsm.ts'
import { toyWorld } from './define.ts'
import { lookAt } from './look-at.ts'
import { makeKeyPair } from './make-key-pair.ts'
import { orderItem } from './order-item.ts'
import { reserveName } from './reserve-name.ts'
import { sendLetter } from './send-letter.ts'
import { setSetting } from './set-setting.ts'
import { waitUntil } from './wait-until.ts'

/** The paper cases of `engine/step/README.md` as step types. */
export const toyFamily: Family = {
  name: 'toy',
  summary: 'Toys',
  stepTypes: [compute, createHsm, lookAt, makeKeyPair, orderItem, reserveName, sendLetter, setSetting, waitUntil],
  bindingKinds: [toyWorld],
  simulators: [],
}
