import type { RunningService, ServiceWorld } from './service.ts'
import type { OperationShapes } from './shapes.ts'

/** One AWS service (query protocol: forms in, XML out) that the loopback server of a sandbox offers. */
export interface QueryService {
  /** IAM prefix; its name in ledger and faults: `iam`. */
  readonly name: string
  /** For people: `AWS IAM`. */
  readonly title: string
  /** Service name in the credential scope of a signature. */
  readonly signingName: string
  readonly dialect: QueryDialect
  /** `Version` of its requests, which tells services apart. */
  readonly version: string
  /** XML namespace of its answers. */
  readonly namespace: string
  /** True: one endpoint for all Regions of a partition, whose name may be in the signature. */
  readonly global?: boolean
  /** Requests by the names that they have on the wire. */
  readonly operations: OperationShapes
  readonly notRehearsed: readonly string[]
  open(world: ServiceWorld): Promise<RunningService>
}

/** The two forms of the protocol. */
export interface QueryDialect {
  /** What stands between a list's name and the number of an item, in requests. */
  readonly requestItem: 'member' | undefined
  /** Name of an item's element, in answers. */
  readonly answerItem: 'member' | 'item'
  /** The whole answer. */
  readonly envelope: 'result' | 'flat'
  /** Its names for the refusals that services share, with their status. */
  readonly refusals: {
    readonly missing: string
    readonly unknownKey: string
    readonly wrongSignature: string
    readonly unauthenticatedStatus: number
    readonly denied: string
    readonly invalid: string
    readonly internal: string
    readonly throttled: string
  }
}

/** What most services speak. */
export const queryDialect: QueryDialect = {
  requestItem: 'member',
  answerItem: 'member',
  envelope: 'result',
  refusals: {
    missing: 'MissingAuthenticationToken',
    unknownKey: 'InvalidClientTokenId',
    wrongSignature: 'SignatureDoesNotMatch',
    unauthenticatedStatus: 403,
    denied: 'AccessDenied',
    invalid: 'ValidationError',
    internal: 'InternalFailure',
    throttled: 'Throttling',
  },
}

/** What EC2 speaks. */
export const ec2Dialect: QueryDialect = {
  requestItem: undefined,
  answerItem: 'item',
  envelope: 'flat',
  refusals: {
    missing: 'MissingAuthenticationToken',
    unknownKey: 'AuthFailure',
    wrongSignature: 'AuthFailure',
    unauthenticatedStatus: 401,
    denied: 'UnauthorizedOperation',
    invalid: 'InvalidParameterValue',
    internal: 'InternalError',
    throttled: 'RequestLimitExceeded',
  },
}
