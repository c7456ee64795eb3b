import { ServiceError } from './service.ts'
import { queryDialect, type QueryService } from './query-service.ts'
import { structure } from './shapes.ts'

/** Simulates as much of AWS STS as tells who is calling. Every sandbox has it. */
export const stsService: QueryService = {
  name: 'sts',
  title: 'AWS STS',
  signingName: 'sts',
  dialect: queryDialect,
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: structure({}) },
  notRehearsed: [],
  open: () =>
    Promise.resolve({
      call(operation, _input, { arn, userId, accountId }) {
        if (operation !== 'GetCallerIdentity')
          return Promise.reject(new ServiceError('InvalidAction', `Could not find operation ${operation}`))
        return Promise.resolve({ Arn: arn, UserId: userId, Account: accountId })
      },
    }),
}
