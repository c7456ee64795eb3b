import { inspect } from 'node:util'

const brand = Symbol.for('runbook.Secret')

/**
 * A value that must not be seen: PIN, password, private byte. Turning it into text, JSON or a log line gives
 * `[secret NAME]`; only {@link reveal} gives the value, at the place that uses it.
 */
export class Secret {
  readonly #value: string
  /** The reference it came from, such as `env:ROOT_PIN`. Not secret. */
  readonly reference: string

  constructor(reference: string, value: string) {
    this.reference = reference
    this.#value = value
    Object.defineProperty(this, brand, { value: true })
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return `[secret ${this.reference}]`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }

  /** Holds across copies of this library, which `instanceof` does not. */
  static is(value: unknown): value is Secret {
    return typeof value === 'object' && value !== null && brand in value
  }
}
