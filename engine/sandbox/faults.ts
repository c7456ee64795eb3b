import { nearest } from '../diagnostics/nearest.ts'
import { StepError } from '../step/errors.ts'
import {
  type CallsElsewhere,
  type FaultName,
  faultNames,
  type Faults,
  type TokenFaultName,
  tokenFaultNames,
  type WorldFaultName,
  worldFaultNames,
} from '../step/simulator.ts'

/** A fault of a simulated service. */
type ServiceFaultName = FaultName | WorldFaultName

/** Every fault, by the name it is asked for with. */
export type AnyFaultName = ServiceFaultName | TokenFaultName

/** The service whose operations are the functions of PKCS#11. */
const tokenService = 'pkcs11'

/** The faults that calls of a service can have. */
function faultNamesOf(service: string): readonly AnyFaultName[] {
  return service === tokenService ? tokenFaultNames : [...faultNames, ...worldFaultNames]
}

/** Faults to inject, by service and operation; each is used up once it happened. Counts the calls. */
export class FaultPlan implements Faults {
  /** By call: `acm-pca.IssueCertificate`. */
  readonly #next = new Map<string, ServiceFaultName[]>()
  /** By call and number: `acm-pca.IssueCertificate#3`. */
  readonly #aimed = new Map<string, ServiceFaultName>()
  readonly #declared = new Map<string, readonly ServiceFaultName[]>()
  readonly #counts = new Map<string, number>()
  readonly #elsewhere = new Map<string, CallsElsewhere>()
  readonly #waiting: Injection[] = []
  #counting = false
  #settled = false
  #happened: (fault: ServiceFaultName) => void = () => undefined

  /**
   * Adds faults written as `SERVICE.OPERATION=FAULT` for the next call, `SERVICE.OPERATION=FAULTxN` for the next N,
   * `SERVICE.OPERATION#N=FAULT` for the N-th from now: `acm-pca.CreateCertificateAuthority=reset-after`, `pkcs11.C_Sign#3=lost`.
   *
   * @throws {StepError} `invalid`
   */
  add(text: string): void {
    const { service, operation, nth, fault, times } = parseFault(text)
    if (this.#settled) this.#refuseImpossible(service, operation, fault)
    if (service === tokenService) {
      for (let n = 0; n < times; n += 1) this.inject({ service, operation, ahead: (nth ?? 1) + n, fault })
      return
    }
    const faults = Array.from({ length: times }, () => fault as ServiceFaultName) // not `pkcs11`: parsed as one of these
    const call = `${service}.${operation}`
    if (nth === undefined) this.#next.set(call, [...(this.#next.get(call) ?? []), ...faults])
    else faults.forEach((each, at) => this.inject({ service, operation, ahead: nth + at, fault: each }))
  }

  /** Has a fault in one call: the `ahead`-th from now of that operation, 1 being the next. */
  inject(injection: Injection): void {
    const { service, operation, ahead, fault } = injection
    if (service !== tokenService) {
      const call = `${service}.${operation}`
      this.#aimed.set(`${call}#${(this.#counts.get(call) ?? 0) + ahead}`, fault as ServiceFaultName) // by `faultNamesOf`
      return
    }
    const calls = this.#elsewhere.get(service)
    if (calls === undefined) this.#waiting.push(injection)
    else calls.inject(operation, ahead, fault as TokenFaultName) // by `faultNamesOf`
  }

  take(service: string, operation: string): ServiceFaultName | undefined {
    const call = `${service}.${operation}`
    const number = (this.#counts.get(call) ?? 0) + 1
    this.#counts.set(call, number)
    const aimed = this.#aimed.get(`${call}#${number}`)
    this.#aimed.delete(`${call}#${number}`)
    const fault = aimed ?? this.#next.get(call)?.shift()
    if (fault !== undefined) this.#happened(fault)
    return fault
  }

  declare(service: string, operation: string, names: readonly ServiceFaultName[]): void {
    this.#declared.set(`${service}.${operation}`, names)
  }

  /**
   * Every simulator has said which faults its operations can have: from now on others are refused, and those that were asked for before.
   *
   * @throws {StepError} `invalid`
   */
  settle(): void {
    this.#settled = true
    const next = [...this.#next].flatMap(([call, faults]) => faults.map((fault) => [call, fault] as const))
    const aimed = [...this.#aimed].map(([call, fault]) => [call.replace(/#\d+$/, ''), fault] as const)
    for (const [call, fault] of [...next, ...aimed]) {
      const [service = '', operation = ''] = call.split('.')
      this.#refuseImpossible(service, operation, fault)
    }
  }

  #refuseImpossible(service: string, operation: string, fault: AnyFaultName): void {
    if (service === tokenService) return
    this.#refuseUnknown(service, operation)
    const can = this.faultsOf(service, operation)
    if (can.includes(fault)) return
    throw new StepError('invalid', `\`${service}.${operation}\` cannot have fault \`${fault}\``, {
      hint: `it can have ${can.map((each) => `\`${each}\``).join(', ')}`,
    })
  }

  /** A fault of an operation that nobody has would never happen, and its rehearsal look like one that was survived. */
  #refuseUnknown(service: string, operation: string): void {
    const calls = [...this.#declared.keys()]
    if (calls.length === 0 || calls.includes(`${service}.${operation}`)) return
    const own = calls.filter((call) => call.startsWith(`${service}.`)).map((call) => call.slice(service.length + 1))
    const services = [...new Set(calls.map((call) => call.split('.')[0] ?? ''))]
    throw new StepError(
      'invalid',
      own.length === 0
        ? `the sandbox has no service \`${service}\``
        : `service \`${service}\` has no operation \`${operation}\``,
      { hint: `use one of ${(own.length === 0 ? services : own).map((each) => `\`${each}\``).join(', ')}` },
    )
  }

  handOver(service: string, calls: CallsElsewhere): void {
    this.#elsewhere.set(service, calls)
    if (this.#counting) calls.count()
    for (const injection of this.#waiting.splice(0)) this.inject(injection)
  }

  /** Calls `listener` when a simulator is about to have a fault. */
  onFault(listener: (fault: ServiceFaultName) => void): void {
    this.#happened = listener
  }

  /** From now on {@link counted} has the calls that no simulator sees as well. */
  countAll(): void {
    this.#counting = true
    for (const calls of this.#elsewhere.values()) calls.count()
  }

  /** The faults of an operation that lead to different answers of it. */
  faultsOf(service: string, operation: string): readonly AnyFaultName[] {
    const declared = this.#declared.get(`${service}.${operation}`)
    return this.#elsewhere.get(service)?.faultsOf(operation) ?? declared ?? faultNames
  }

  /** How often each operation was called, by `SERVICE.OPERATION`. */
  counted(): ReadonlyMap<string, number> {
    const elsewhere = [...this.#elsewhere].flatMap(([service, calls]) =>
      [...calls.counted()].map(([operation, count]) => [`${service}.${operation}`, count] as const),
    )
    return new Map([...this.#counts, ...elsewhere])
  }
}

export interface Injection {
  readonly service: string
  readonly operation: string
  readonly ahead: number
  /** One of {@link faultNamesOf} its service. */
  readonly fault: AnyFaultName
}

function parseFault(text: string) {
  const parts = /^([a-z0-9-]+)\.([A-Za-z_]+)(?:#([1-9]\d{0,4}))?=([a-z-]+?)(?:x([1-9]\d{0,3}))?$/.exec(text)
  const [, service, operation, nth, name, times = '1'] = parts ?? []
  const known = faultNamesOf(service ?? '')
  const fault = known.find((each) => each === name)
  if (service === undefined || operation === undefined || fault === undefined) throw notAFault(text, name, known)
  return {
    service,
    operation,
    fault,
    nth: nth === undefined ? undefined : Number.parseInt(nth, 10),
    times: Number.parseInt(times, 10),
  }
}

function notAFault(text: string, name: string | undefined, known: readonly string[]): StepError {
  const near = name === undefined ? undefined : nearest(name, known)
  return new StepError(
    'invalid',
    `\`${text}\` is no fault; wanted \`SERVICE.OPERATION=FAULT\`, or \`SERVICE.OPERATION#N=FAULT\` for the N-th call`,
    {
      hint:
        near === undefined
          ? `faults are ${known.map((each) => `\`${each}\``).join(', ')}`
          : `did you mean \`${near}\`?`,
    },
  )
}
