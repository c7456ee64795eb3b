import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { StepError } from '../../../engine/step/errors.ts'
import type { JsonObject } from '../../../engine/step/json.ts'
import { readJson, writeDurably } from '../../aws/simulator/durable-file.ts'
import { queryDialect, type QueryService } from '../../aws/simulator/query-service.ts'
import { ServiceError, type Caller, type RunningService } from '../../aws/simulator/service.ts'
import { operations, type Requests } from './shapes.ts'
import { simulatePolicy } from './simulate-policy.ts'

/** What a rehearsal file says under `iam`. */
const seed = Type.Object(
  { deny: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9-]+:[A-Za-z*]+$' }))) },
  { additionalProperties: false },
)

/** Denied actions by account. */
const stateSchema = Type.Object({ denied: Type.Record(Type.String(), Type.Array(Type.String())) })

/** Simulates AWS IAM as far as it tells what the caller may. */
export function iamService(): QueryService {
  return {
    name: 'iam',
    title: 'AWS IAM',
    signingName: 'iam',
    dialect: queryDialect,
    version: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    global: true,
    operations,
    notRehearsed: [],
    open: ({ folder }) => Promise.resolve(open(join(folder, 'state.json'))),
  }
}

function open(path: string): RunningService {
  const stored = readJson(path)
  let state: Static<typeof stateSchema> = stored === undefined ? { denied: {} } : Value.Parse(stateSchema, stored)
  const denies = (action: string, { accountId }: Pick<Caller, 'accountId'>): boolean =>
    (state.denied[accountId] ?? []).some((pattern) => matches(pattern, action))
  return {
    denies,
    seed(wanted, { accountId }) {
      if (!Value.Check(seed, wanted))
        throw new StepError(
          'invalid',
          'simulated AWS IAM begins with `deny`, a list of actions such as `cloudhsm:CreateHsm`',
        )
      const { deny = [] } = wanted
      state = { denied: { ...state.denied, [accountId]: deny } }
      writeDurably(path, JSON.stringify(state, undefined, 2))
      return Promise.resolve({ denied: deny })
    },
    async call(operation, input, caller) {
      return answer(operation, input, caller, denies)
    },
  }
}

function answer(
  operation: string,
  input: JsonObject,
  caller: Caller,
  denies: (action: string, caller: Pick<Caller, 'accountId'>) => boolean,
): JsonObject {
  switch (operation) {
    case 'SimulatePrincipalPolicy':
      return simulatePolicy(input, caller, (action) => denies(action, caller))
    case 'GetUser':
      return { User: userOf((input as Requests['GetUser']).UserName, caller) } // the server has found it valid
    default:
      throw noSuchEntity(`The role with name ${(input as Requests['GetRole']).RoleName} cannot be found.`)
  }
}

/** Each account of a sandbox has the one user whose key works there. */
function userOf(name: string | undefined, { arn, userId }: Caller): JsonObject {
  const own = arn.slice(arn.indexOf('/') + 1)
  if (name !== undefined && name !== own) throw noSuchEntity(`The user with name ${name} cannot be found.`)
  return { Path: '/', UserName: own, UserId: userId, Arn: arn, CreateDate: '2026-01-01T00:00:00Z' }
}

function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, 404)
}

/** `*` stands for any rest. Actions are compared without regard to case, as IAM does. */
function matches(pattern: string, action: string): boolean {
  const [start = '', rest] = pattern.toLowerCase().split('*')
  return rest === undefined ? action.toLowerCase() === start : action.toLowerCase().startsWith(start)
}
