import type { Family } from '../../../engine/step/family.ts'
import { bookSeat } from './book-seat.ts'
import { compute } from './compute.ts'
import { createHsm } from './create-hsm.ts'
import { toyWorld } from './define.ts'
import { hang } from './hang.ts'
import { listNames } from './list-names.ts'
import { lookAt } from './look-at.ts'
import { makeKeyPair } from './make-key-pair.ts'
import { makeVolume } from './make-volume.ts'
import { orderItem } from './order-item.ts'
import { reserveName } from './reserve-name.ts'
import { sendLetter } from './send-letter.ts'
import { setSetting } from './set-setting.ts'
import { waitUntil } from './wait-until.ts'

/** The paper cases of `engine/step/README.md` as step types. */
export const toyFamily: Family = {
  name: 'toy',
  summary: 'Toys',
  stepTypes: [
    bookSeat,
    compute,
    createHsm,
    hang,
    listNames,
    lookAt,
    makeVolume,
    makeKeyPair,
    orderItem,
    reserveName,
    sendLetter,
    setSetting,
    waitUntil,
  ],
  bindingKinds: [toyWorld],
  simulators: [],
}
