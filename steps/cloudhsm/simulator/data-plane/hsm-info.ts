import type { JsonObject } from '../../../../engine/step/json.ts'
import { hsmState } from '../lifecycle.ts'
import type { Call, Reply } from './command.ts'

/** What the documentation shows of each type of HSM; of hsm2m.medium it shows less, so some of this is a guess. */
const models: Readonly<Record<string, JsonObject>> = {
  'hsm1.medium': {
    vendor: 'Marvell Semiconductors, Inc.',
    model: 'NITROX-III CNN35XX-NFBE',
    'hardware-version-major': '5',
    'hardware-version-minor': '3',
    'firmware-version-major': '2',
    'firmware-version-minor': '6',
    'firmware-build-number': '16',
    'firmware-id': 'CNN35XX-MFW-0004',
  },
  'hsm2m.medium': {
    vendor: 'Marvell Semiconductors, Inc.',
    model: 'LS2-G-AXXX-MI-F-BO-V2',
    'hardware-version-major': '0',
    'hardware-version-minor': '2',
    'firmware-version-major': '10',
    'firmware-version-minor': '2',
    'firmware-build-number': '402',
    'firmware-id': 'LS2-FW-10.02-0402',
  },
}

export function hsmInfo({ cluster, world }: Call): Reply {
  const now = world.clock.now()
  const state = cluster.mode === 'FIPS' ? '2 [FIPS mode' : '0 [non-FIPS mode'
  const hsms = cluster.hsms
    .filter((hsm) => hsmState(hsm, now) === 'ACTIVE')
    .map((hsm) => ({
      ...models[cluster.hsmType],
      'serial-number': hsm.serialNumber,
      'fips-state': `${state} with single factor authentication]`,
    }))
  return { data: { hsms } }
}
