import type { JsonObject } from '../../../engine/step/json.ts'
import type { AwsService } from '../../aws/simulator/service.ts'
import type { CloudHsmContext } from './context.ts'
import { Hsms } from './data-plane/hsms.ts'
import { seederOf } from './data-plane/seeder.ts'
import { handlers } from './dispatch.ts'
import { securityGroups } from './security-groups.ts'
import { seed } from './seed.ts'
import { repair, settle } from './settle.ts'
import { standardSettings, type CloudHsmSettings } from './settings.ts'
import { operations } from './shapes.ts'
import { Store } from './store.ts'
import { worldFaults } from './world-faults.ts'

export interface CloudHsmOptions {
  readonly settings?: Partial<CloudHsmSettings>
  /** The real clock, for certificates; milliseconds since the epoch. */
  readonly realNow?: () => number
}

/** Simulates AWS CloudHSM. */
export function cloudhsmService({ settings = {}, realNow = Date.now }: CloudHsmOptions = {}): AwsService {
  return {
    name: 'cloudhsm',
    title: 'AWS CloudHSM',
    signingName: 'cloudhsm',
    targetPrefix: 'BaldrApiService',
    messageMember: 'Message',
    errorClasses: {
      invalid: 'CloudHsmInvalidRequestException',
      denied: 'CloudHsmAccessDeniedException',
      internal: 'CloudHsmInternalFailureException',
    },
    operations,
    worldFaults,
    notRehearsed: [
      'which exception CloudHSM refuses a request with: the rules are documented, the classes of some are guessed',
      'how long CloudHSM takes to create, initialize, back up, copy and migrate',
      'the service-linked role of CloudHSM, and the permissions that its creation needs',
      'which clients were connected to a cluster before it is migrated',
      'HSMs that fail or degrade by themselves',
      'certificates of the hardware with RSA keys (here they are ECDSA, P-384)',
      'the network between clients and HSMs: ports, security groups, routes',
    ],
    async open({ folder, tokenFolder, clock, ledger, faults }) {
      const world = {
        store: new Store({ folder, ledger }),
        settings: { ...standardSettings, ...settings },
        clock,
        realNow,
        folder,
        tokenFolder,
      }
      repair(world)
      const hsms = new Hsms({ ...world, faults })
      await hsms.logIn()
      return {
        async call(operation, input, caller, fault) {
          settle(world)
          // The server answers operations of `operations` alone, and with requests that it has found valid.
          const handle = handlers[operation as keyof typeof handlers] as (
            input: JsonObject,
            context: CloudHsmContext,
          ) => JsonObject | Promise<JsonObject>
          return handle(input, { ...world, caller, fault })
        },
        async seed(wanted, caller) {
          const seeded = await seed(wanted, caller, world, seederOf(hsms.world))
          await hsms.logIn()
          return seeded
        },
        securityGroups: (caller) => securityGroups(world, caller),
        reach(path, body, connection) {
          settle(world)
          return hsms.reach(path, body, connection)
        },
        inventory: async () => hsms.inventory(),
        stop: () => hsms.stop(),
      }
    },
  }
}
