import type { JsonObject } from '../../../engine/step/json.ts'
import type { AwsService } from '../../aws/simulator/service.ts'
import type { Handlers, SecretsContext } from './context.ts'
import { deleteOperation } from './delete-operation.ts'
import { readOperations } from './read-operations.ts'
import { operations } from './shapes.ts'
import { Store } from './store.ts'
import { writeOperations } from './write-operations.ts'

const handlers: Handlers = { ...readOperations, ...writeOperations, ...deleteOperation }

/** Simulates AWS Secrets Manager: the operations that runbooks use. */
export function secretsManagerService(): AwsService {
  return {
    name: 'secretsmanager',
    title: 'AWS Secrets Manager',
    signingName: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    messageMember: 'Message',
    operations,
    notRehearsed: [
      'the KMS key of a secret: whoever may read a secret in the sandbox can decrypt it',
      'rotation, replication and resource policies of secrets',
      'that Secrets Manager may show a change a little later',
    ],
    async open(world) {
      const store = new Store(world)
      return {
        async call(operation, input, caller) {
          // The server answers operations of `operations` alone, and with requests that it has found valid.
          const handle = handlers[operation as keyof typeof handlers] as (
            input: JsonObject,
            context: SecretsContext,
          ) => JsonObject
          return handle(input, { store, clock: world.clock, caller })
        },
      }
    },
  }
}
