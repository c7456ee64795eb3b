import type { JsonObject } from '../../../engine/step/json.ts'
import type { AwsService } from '../../aws/simulator/service.ts'
import type { PcaContext } from './context.ts'
import { publishDueCrls } from './crl.ts'
import { handlers } from './dispatch.ts'
import { findObject } from './objects.ts'
import { standardSettings, type PcaSettings } from './settings.ts'
import { operations } from './shapes.ts'
import { Store } from './store.ts'

export interface PcaOptions {
  readonly settings?: Partial<PcaSettings>
  /** The real clock, for certificates and CRLs; milliseconds since the epoch. */
  readonly realNow?: () => number
}

/** Simulates AWS Private CA. */
export function acmPcaService({ settings = {}, realNow = Date.now }: PcaOptions = {}): AwsService {
  return {
    name: 'acm-pca',
    title: 'AWS Private CA',
    signingName: 'acm-pca',
    targetPrefix: 'ACMPrivateCA',
    messageMember: 'message',
    operations,
    notRehearsed: [
      'which exception AWS Private CA answers a bad certificate import with: the rules are documented, the classes are guessed',
      'how long AWS Private CA takes to create, activate and issue',
      'the S3 bucket of a CRL, its policy and its public access block; CRLs come from loopback HTTP',
      'the OCSP responder of AWS Private CA',
      'sharing a CA between accounts, and the HSMs that AWS keeps its key in',
    ],
    async open({ folder, clock, ledger }) {
      const own = {
        store: new Store({ folder, clock, ledger }),
        clock,
        realNow,
        settings: { ...standardSettings, ...settings },
      }
      return {
        async call(operation, input, caller) {
          publishDueCrls(own)
          // The server answers operations of `operations` alone, and with requests that it has found valid.
          const handle = handlers[operation as keyof typeof handlers] as (
            input: JsonObject,
            context: PcaContext,
          ) => JsonObject
          return handle(input, { ...own, caller })
        },
        object: (path) => findObject(path, own),
      }
    },
  }
}
