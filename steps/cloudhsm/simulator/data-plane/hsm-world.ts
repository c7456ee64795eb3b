import type { Faults } from '../../../../engine/step/simulator.ts'
import type { CloudHsmWorld } from '../context.ts'
import type { KeyStore } from './key-store.ts'
import type { Logins } from './logins.ts'
import type { People } from './people.ts'

/** What belongs to the HSMs of all clusters. */
export interface HsmWorld extends CloudHsmWorld {
  readonly faults: Faults
  readonly keys: KeyStore
  readonly logins: Logins
  readonly people: People
}
