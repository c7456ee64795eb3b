import type { JsonObject } from '../../../engine/step/json.ts'
import type { FaultName, SimulatorWorld, WorldFaultName } from '../../../engine/step/simulator.ts'
import type { OperationShapes } from './shapes.ts'

/** One AWS service (AWS JSON 1.1) that the loopback server of a sandbox offers. */
export interface AwsService {
  /** IAM prefix; its name in ledger and faults: `acm-pca`. */
  readonly name: string
  /** For people: `AWS Private CA`. */
  readonly title: string
  /** Service name in the credential scope of a signature. */
  readonly signingName: string
  /** First half of `X-Amz-Target`. */
  readonly targetPrefix: string
  /** How this service spells the text of an error. */
  readonly messageMember: 'message' | 'Message'
  /** Its own names for the refusals that services share; absent: `ValidationException`, `AccessDeniedException`, `InternalFailure`. */
  readonly errorClasses?: { readonly invalid: string; readonly denied: string; readonly internal: string }
  readonly operations: OperationShapes
  readonly notRehearsed: readonly string[]
  /** Faults that its operations can have beside those of every service. */
  readonly worldFaults?: Readonly<Record<string, readonly WorldFaultName[]>>
  open(world: ServiceWorld): Promise<RunningService>
}

export interface ServiceWorld extends Pick<SimulatorWorld, 'folder' | 'tokenFolder' | 'clock' | 'ledger' | 'faults'> {
  /** All services of the account, this one as well; asked while a request is answered. */
  readonly services?: () => readonly RunningService[]
}

export interface RunningService {
  /**
   * Answers one authenticated, valid request. Calls come one after the other.
   *
   * @param fault one of the service's own {@link AwsService.worldFaults} for this request
   * @throws {ServiceError}
   */
  call(operation: string, input: JsonObject, caller: Caller, fault?: WorldFaultName): Promise<JsonObject>
  /** The object at an HTTP path such as `/crl/x.crl`; `undefined`: not one of this service's. */
  object?(path: string): ServedObject | undefined
  /**
   * Answers a POST that is none of AWS's protocols: the way to what a service controls, such as the HSMs of a cluster. Such calls come
   * in turn with the others.
   *
   * @returns `undefined` when the path is not one of this service's
   */
  reach?(path: string, body: Uint8Array, connection: Connection): Promise<Reached | undefined>
  /**
   * What a rehearsal file says about this service in an `aws` binding, under the service's name: makes what is to be there at the
   * beginning, once.
   *
   * @returns facts, given to the rehearsal file as `bindings.NAME.SERVICE`
   */
  seed?(wanted: JsonObject, caller: Caller): Promise<JsonObject>
  /** True: the caller may not do this. For a service that knows permissions. @param action as IAM names it: `cloudhsm:CreateHsm` */
  denies?(action: string, caller: Caller): boolean
  /** Security groups that the service made in the caller's account and Region, which EC2 shows. */
  securityGroups?(caller: Caller): readonly MadeSecurityGroup[]
  /** As {@link RunningSimulator.inventory}. */
  inventory?(): Promise<readonly string[]>
  stop?(): Promise<void>
}

/** A security group that a service made: it lets its members speak with each other on these ports. */
export interface MadeSecurityGroup {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  /** TCP, both included. */
  readonly ports: { readonly from: number; readonly to: number }
}

/** One connection of a client: the same object for all its requests. */
export interface Connection {
  /** Aborted when it is closed, by whichever side. */
  readonly closed: AbortSignal
}

/** What came of {@link RunningService.reach}: bytes, or one of the faults that happen to the connection. */
export type Reached =
  | { readonly status: number; readonly body: string }
  | { readonly fault: Extract<FaultName, 'reset-before' | 'reset-after' | 'hang'> }

export interface ServedObject {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** Who signed a request, and for which Region. */
export interface Caller {
  readonly accountId: string
  readonly partition: string
  readonly region: string
  readonly arn: string
  readonly userId: string
}

/** An error answer of a service. */
export class ServiceError extends Error {
  /** The exception's name on the wire. */
  readonly errorClass: string
  readonly status: number

  constructor(errorClass: string, message: string, status = 400) {
    super(message)
    this.name = 'ServiceError'
    this.errorClass = errorClass
    this.status = status
  }
}
