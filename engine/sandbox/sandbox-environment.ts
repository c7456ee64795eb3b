import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxReference } from '../document/environment.ts'
import { evaluate } from '../expressions/template.ts'
import { knownMapping } from '../run/known-mapping.ts'
import { writeYaml } from '../document/write-yaml.ts'
import { StepError } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { RunningSimulator } from '../step/simulator.ts'
import type { Rehearsable } from './load-rehearsable.ts'

/** What simulators made of the bindings of some runbooks. */
export interface SimulatedBindings {
  /** Environment entries by binding name, with `kind`. */
  readonly entries: { readonly [name: string]: JsonObject }
  /** What else a rehearsal file may refer to as `bindings.NAME.FACT`. */
  readonly facts: { readonly [name: string]: { readonly [fact: string]: Json } }
}

/**
 * Asks the simulators for every binding of the runbooks. Runbooks that name a binding alike share it.
 *
 * @throws {StepError} `invalid` when two runbooks name different kinds alike
 */
export async function simulateBindings(
  rehearsables: readonly Rehearsable[],
  running: ReadonlyMap<string, RunningSimulator>,
): Promise<SimulatedBindings> {
  const entries: Record<string, JsonObject & { readonly kind: string }> = {}
  const facts: Record<string, { readonly [fact: string]: Json }> = {}
  for (const { runbook, rehearsal } of rehearsables) {
    for (const [name, words] of rehearsal.bindings) {
      const kind = runbook.bindings.get(name)?.kind ?? ''
      const other = entries[name]
      if (other !== undefined && other.kind === kind) continue
      if (other !== undefined) {
        const taken = JSON.stringify(other['kind']).slice(1, -1)
        throw new StepError(
          'invalid',
          `binding \`${name}\` is \`${taken}\` in one runbook and \`${kind}\` in \`${runbook.name}\``,
          {
            hint: 'give them sandboxes of their own',
          },
        )
      }
      const simulator = running.get(kind)
      if (simulator === undefined) throw new Error(`no simulator runs for \`${kind}\``)
      const made = await simulator.binding(name, knownMapping(evaluate(words, { bindings: facts })))
      entries[name] = { kind, ...made.entry }
      facts[name] = made.facts
    }
  }
  return { entries, facts }
}

/** The principals that may approve, by role, of all rehearsal files together. */
export function allApprovers(rehearsables: readonly Rehearsable[]): JsonObject {
  const byRole = new Map<string, Set<string>>()
  for (const { rehearsal } of rehearsables) {
    for (const [role, names] of rehearsal.approvers) {
      const known = byRole.get(role) ?? new Set()
      byRole.set(role, new Set([...known, ...names]))
    }
  }
  return Object.fromEntries([...byRole].map(([role, names]) => [role, [...names]]))
}

/** Writes `DIR/environment.yaml`, whole or not at all. */
export async function writeEnvironment(
  dir: string,
  parts: {
    readonly bindings: SimulatedBindings
    readonly approvers: JsonObject
    readonly inputs: JsonObject
    readonly answers: JsonObject
    readonly sandbox: SandboxReference
  },
): Promise<string> {
  const { control, token } = parts.sandbox
  const text = await writeYaml({
    environment: 'sandbox',
    format: 1,
    kind: 'sandbox',
    sandbox: { control, token },
    bindings: parts.bindings.entries,
    approvers: parts.approvers,
    inputs: parts.inputs,
    answers: parts.answers,
  })
  const path = join(dir, 'environment.yaml')
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`# Written by \`runbook sandbox\`; simulators only.\n${text}`)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return path
}
