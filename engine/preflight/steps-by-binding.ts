import type { InputValues } from '../document/environment.ts'
import type { Entry, ForEach, Runbook, Step } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import type { Template } from '../expressions/template.ts'
import { isKnown, type Scope, Unknown, type Value } from '../expressions/value.ts'
import { evaluateBeforeRun } from '../plan/evaluate-before-run.ts'
import { addressOf, itemSuffix, stepScope } from '../run/step-scope.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { PreflightStep } from '../step/preflight.ts'

export type StepsByBinding = ReadonlyMap<string, readonly PreflightStep[]>

/**
 * The steps that work on each binding, with what is known of their inputs before anything was looked at. A step whose condition is known
 * not to hold is left out.
 */
export function stepsByBinding(runbook: Runbook, inputs: InputValues): StepsByBinding {
  const found = new Map<string, PreflightStep[]>()
  const scope: Scope = { inputs, steps: stepScope(), run: { id: '', runbook: runbook.name, toolSha256: '' } }
  for (const { step, scope: inner, suffix } of stepsOf([...runbook.steps, ...runbook.finally], scope, '')) {
    const known = knownInputs(step.with, inner)
    for (const [role, binding] of targetsOf(step)) {
      const { name: uses, permissions } = step.type
      const placed = { id: addressOf(step, suffix), uses, role, permissions, inputs: known }
      found.set(binding, [...(found.get(binding) ?? []), placed])
    }
  }
  return found
}

interface PlacedStep {
  readonly step: Step
  readonly scope: Scope
  readonly suffix: string
}

function* stepsOf(entries: readonly Entry[], scope: Scope, suffix: string): Generator<PlacedStep> {
  for (const entry of entries) {
    if (entry.when !== undefined && attempt(entry.when, scope) === false) continue
    if (entry.kind === 'step') yield { step: entry, scope, suffix }
    else if (entry.kind === 'forEach') {
      for (const item of itemsOf(entry, scope, suffix)) yield* stepsOf(entry.entries, item.scope, item.suffix)
      yield* stepsOf(entry.finally, scope, suffix)
    } else if (isBlock(entry)) yield* stepsOf([...entry.entries, ...entry.finally], scope, suffix)
  }
}

/** One that stands for all where the list is not known. */
function itemsOf(block: ForEach, scope: Scope, suffix: string): readonly Omit<PlacedStep, 'step'>[] {
  const within = (value: Json | Unknown): Scope => ({ ...scope, locals: { ...scope.locals, [block.as]: value } })
  const list = attempt(block.in, scope)
  if (!Array.isArray(list) || !isKnown(list))
    return [{ scope: within(new Unknown([`each ${block.as}`])), suffix: `${suffix}[…]` }]
  return (list as readonly Json[]).map((value) => {
    const key = block.key === undefined ? value : attempt(block.key, within(value))
    return { scope: within(value), suffix: itemSuffix(suffix, typeof key === 'string' ? key : JSON.stringify(key)) }
  })
}

function targetsOf({ target }: Step): readonly (readonly [role: string | undefined, binding: string])[] {
  if (target === undefined) return []
  return typeof target === 'string' ? [[undefined, target]] : Object.entries(target)
}

function knownInputs(template: Template, scope: Scope): JsonObject {
  const value = attempt(template, scope)
  return isMap(value) ? knownMembers(value) : {}
}

function knownMembers(map: { readonly [name: string]: Value }): JsonObject {
  return Object.fromEntries(
    Object.entries(map).flatMap(([name, member]) =>
      member instanceof Unknown ? [] : [[name, knownPart(member)] as const],
    ),
  )
}

/** Items of a list keep their places. */
function knownPart(value: Value): Json {
  if (isKnown(value)) return value
  if (isMap(value)) return knownMembers(value)
  return value instanceof Unknown ? null : value.map(knownPart) // all else is known
}

function isMap(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown)
}

/** What has no value now reads something that comes later, or that may be skipped. */
function attempt(template: Template, scope: Scope): Value {
  try {
    return evaluateBeforeRun(template, scope)
  } catch {
    return new Unknown([])
  }
}
