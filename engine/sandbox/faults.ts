import { nearest } from '../diagnostics/nearest.ts'
import { StepError } from '../step/errors.ts'
import { type FaultName, faultNames, type Faults } from '../step/simulator.ts'

/** Faults to inject, by service and operation; each is used up as often as it was asked for. */
export class FaultPlan implements Faults {
  readonly #pending = new Map<string, FaultName[]>()

  /**
   * Adds faults written as `SERVICE.OPERATION=FAULT` or `SERVICE.OPERATION=FAULTxN`:
   * `acm-pca.CreateCertificateAuthority=reset-after`.
   *
   * @throws {StepError} `invalid`
   */
  add(text: string): void {
    const parts = /^([a-z0-9-]+\.[A-Za-z]+)=([a-z-]+?)(?:x([1-9]\d{0,3}))?$/.exec(text)
    const fault = faultNames.find((name) => name === parts?.[2])
    if (parts?.[1] === undefined || fault === undefined) throw notAFault(text, parts?.[2])
    const times = Number.parseInt(parts[3] ?? '1', 10)
    const list = this.#pending.get(parts[1]) ?? []
    this.#pending.set(parts[1], [...list, ...Array.from({ length: times }, () => fault)])
  }

  take(service: string, operation: string): FaultName | undefined {
    return this.#pending.get(`${service}.${operation}`)?.shift()
  }
}

function notAFault(text: string, name: string | undefined): StepError {
  const near = name === undefined ? undefined : nearest(name, faultNames)
  return new StepError('invalid', `\`${text}\` is no fault; wanted \`SERVICE.OPERATION=FAULT\``, {
    hint:
      near === undefined
        ? `faults are ${faultNames.map((each) => `\`${each}\``).join(', ')}`
        : `did you mean \`${near}\`?`,
  })
}
