import { StepError } from '../../../engine/step/errors.ts'

interface Variable {
  readonly value: string
  readonly before: string | undefined
  holders: number
}

const key = Symbol.for('runbook.pkcs11.environment')

function variables(): Map<string, Variable> {
  const holder = globalThis as { [key]?: Map<string, Variable> }
  return (holder[key] ??= new Map())
}

/**
 * Claims variables that a module reads, such as `SOFTHSM2_CONF`. They belong to the process, so each has one value as
 * long as a module that was opened with it is open.
 *
 * @returns gives the variables back
 * @throws {StepError} `conflict` when a module was opened with another value
 */
export function claimEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const claimed = variables()
  const entries = Object.entries(environment)
  for (const [name, value] of entries) {
    const other = claimed.get(name)
    if (other && other.value !== value) {
      throw new StepError(
        'conflict',
        `\`${name}\` is \`${value}\` here and \`${other.value}\` for a module that is open`,
        {
          hint: 'use one value in all bindings of an environment: a process has one environment',
        },
      )
    }
  }
  for (const [name, value] of entries) {
    const variable = claimed.get(name) ?? { value, before: process.env[name], holders: 0 }
    variable.holders++
    claimed.set(name, variable)
    process.env[name] = value
  }
  return () => {
    for (const [name] of entries) release(name)
  }
}

function release(name: string): void {
  const variable = variables().get(name)
  if (!variable || --variable.holders > 0) return
  variables().delete(name)
  if (variable.before === undefined) delete process.env[name]
  else process.env[name] = variable.before
}
