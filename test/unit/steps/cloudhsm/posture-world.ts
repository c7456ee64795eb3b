import { dirname } from 'node:path'
import { Value } from 'typebox/value'
import type { Aws, HsmClient } from '../../../../engine/step/capabilities.ts'
import { cloudHsmClientBinding } from '../../../../steps/cloudhsm/hsm-client/binding.ts'
import { clientConfig as clientSchema } from '../../../../steps/cloudhsm/hsm-client/config.ts'
import { openAws, openContext } from '../aws/sandbox.ts'
import { active, type Client, type Cluster } from './cli.ts'

export interface PostureWorld {
  readonly machine: Client
  readonly target: { readonly aws: Aws; readonly there: Aws; readonly client: HsmClient }
  /** What is to stay secret. */
  readonly password: string
}

/** An ACTIVE cluster whose crypto user `cu` owns a CA key, and bindings of two Regions and of the client. */
export async function postureWorld(cluster: Cluster = {}): Promise<PostureWorld> {
  const machine = await active(cluster)
  const { hsm, folder } = machine
  await machine.ok('key generate-asymmetric-pair ec --curve secp384r1', { user: 'cu' }, [
    ...['--public-label', 'example-root', '--private-label', 'example-root'],
    ...['--private-attributes', 'sign=true', 'extractable=true'],
  ])
  const password = machine.write('cu-password', machine.passwordOf('cu'))
  const { entry } = await hsm.running.binding('there', { region: 'eu-west-1' })
  const client = await cloudHsmClientBinding.open(
    Value.Parse(clientSchema, {
      folder,
      endpoint: hsm.endpoint,
      users: { cu: { role: 'crypto-user', password: `file:${password}` } },
    }),
    openContext({ name: 'hsmClient', baseFolder: dirname(folder) }),
  )
  return {
    machine,
    target: { aws: await openAws(hsm.entry), there: await openAws(entry), client: client.capability },
    password: machine.passwordOf('cu'),
  }
}
