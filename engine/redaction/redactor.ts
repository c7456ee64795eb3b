import { Automaton, type Pattern } from './automaton.ts'
import { Scanner } from './scanner.ts'
import { formsOf } from './secret-forms.ts'
import { leftContextLength } from './token-border.ts'

/** A value that must not be seen, and where it came from. */
export interface RegisteredSecret {
  /** Such as `env:ROOT_PIN`. Not secret. */
  readonly reference: string
  readonly value: string
}

/** Redacts a text that comes in chunks. Together, what it gives is what {@link Redactor.text} gives for all of them. */
export interface RedactingStream {
  /** @returns the text so far, but for an end that may be the beginning of a secret */
  write(chunk: string): string
  /** @returns what was held back; the stream can then be used for another text */
  end(): string
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/**
 * The second net: replaces secrets by `[secret REFERENCE]` in what leaves the process. The first one is that secrets are references
 * everywhere but where they are used.
 *
 * README.md of this folder says what is found for sure, and what is not.
 */
export class Redactor {
  readonly #patterns = new Map<string, Pattern>()
  #automaton: Automaton | undefined

  /** Looks for the secret from now on. The same value from several references is called after the first. */
  add({ reference, value }: RegisteredSecret): void {
    // what would end a JSON string, or a line, is no part of a name that stands within one
    const named = reference.replace(/["\\\p{Cc}]/gu, '?')
    for (const form of formsOf(value)) {
      const known = this.#patterns.get(form.text)
      if (known !== undefined && (known.whole === form.whole || !known.whole)) continue
      this.#patterns.set(form.text, { ...form, reference: known?.reference ?? named })
      this.#automaton = undefined
    }
  }

  text(text: string): string {
    if (this.#patterns.size === 0) return text
    const scanner = new Scanner(this.#compiled())
    return scanner.write(text) + scanner.end()
  }

  /** Redacts every string in a value, names of members too. Numbers stay: nothing makes a number of a secret. */
  json<T extends Json>(value: T): T {
    if (this.#patterns.size === 0) return value
    // strings become strings and everything else keeps its shape
    return this.#json(value) as T
  }

  stream(): RedactingStream {
    let scanner: Scanner | undefined
    let before = '' // what passed while there were no secrets: whether a token begins may depend on it
    return {
      write: (chunk) => {
        if (this.#patterns.size === 0) {
          before = (before + chunk.slice(-leftContextLength)).slice(-leftContextLength)
          return chunk
        }
        const automaton = this.#compiled()
        scanner ??= new Scanner(automaton, before)
        scanner.use(automaton)
        return scanner.write(chunk)
      },
      end() {
        const rest = scanner?.end() ?? ''
        scanner = undefined
        before = ''
        return rest
      },
    }
  }

  #json(value: Json): Json {
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value
    if (isList(value)) return value.map((item) => this.#json(item))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.text(name), this.#json(item)]))
  }

  #compiled(): Automaton {
    return (this.#automaton ??= new Automaton(this.#patterns.values()))
  }
}

function isList(value: readonly Json[] | { readonly [name: string]: Json }): value is readonly Json[] {
  return Array.isArray(value)
}

/** The one of this process: whoever writes something out asks it. */
export const redactor = new Redactor()

/** Knows those secrets alone that are so long that nothing else looks like one of them by chance. */
export const longSecrets = new Redactor()

/** No date, serial or label is taken for a secret of so many characters. */
const unmistakableLength = 12

/** Whoever fetches or makes a secret calls this before anything else sees the value. */
export function registerSecret(secret: RegisteredSecret): void {
  redactor.add(secret)
  if (secret.value.length >= unmistakableLength) longSecrets.add(secret)
}
