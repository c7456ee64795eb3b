import type { JsonObject } from '../../../engine/step/json.ts'
import type { SimulatorWorld } from '../../../engine/step/simulator.ts'
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
  readonly operations: OperationShapes
  readonly notRehearsed: readonly string[]
  open(world: ServiceWorld): Promise<RunningService>
}

export interface ServiceWorld extends Pick<SimulatorWorld, 'folder' | 'clock' | 'ledger'> {}

export interface RunningService {
  /**
   * Answers one authenticated, valid request. Calls come one after the other.
   *
   * @throws {ServiceError}
   */
  call(operation: string, input: JsonObject, caller: Caller): Promise<JsonObject>
  /** The object at an HTTP path such as `/crl/x.crl`; `undefined`: not one of this service's. */
  object?(path: string): ServedObject | undefined
}

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
