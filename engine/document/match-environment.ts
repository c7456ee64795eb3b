import { collector, type Report } from '../diagnostics/collector.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearest } from '../diagnostics/nearest.ts'
import { makerOf } from './bindings-of.ts'
import type { BoundTarget, Environment } from './environment.ts'
import { matchApprovers } from './match-approvers.ts'
import type { Runbook } from './runbook.ts'

/**
 * What an environment lacks for a runbook: bindings, their kinds, approvers and their keys. Positions are in the environment's file.
 *
 * @param operator the principal of whoever is about to run it, where that is known
 */
export function matchEnvironment(runbook: Runbook, environment: Environment, operator?: string): readonly Diagnostic[] {
  const { report, list } = collector(environment.source)
  matchBindings(runbook, environment, report)
  matchApprovers(runbook, environment, operator, report)
  return list()
}

/** The same without its people, who may be named later. */
export function matchTargets(runbook: Runbook, environment: Environment): readonly Diagnostic[] {
  const { report, list } = collector(environment.source)
  matchBindings(runbook, environment, report)
  return list()
}

function matchBindings(runbook: Runbook, environment: Environment, report: Report): void {
  for (const [name, { kind, description }] of runbook.bindings) {
    const target = environment.bindings.get(name)
    if (target === undefined) {
      const message = `binding \`${name}\` of runbook \`${runbook.name}\` is missing`
      const near = nearest(
        name,
        [...environment.bindings.keys()].filter((other) => !runbook.bindings.has(other)),
      )
      const purpose = description === '' ? '' : `: ${description}`
      const hint =
        near === undefined
          ? `add \`${name}\` of kind \`${kind}\`${purpose}`
          : `did you mean \`${name}\` by \`${near}\`?`
      report({ code: 'missing-binding', message, hint, span: environment.bindingsSpan })
    } else if (target.kind.name !== kind) {
      const message = `runbook \`${runbook.name}\` wants binding \`${name}\` of kind \`${kind}\`, found \`${target.kind.name}\``
      report({ code: 'wrong-binding-kind', message, span: target.span })
    } else refuseLaterSecrets(name, target, runbook, environment, report)
  }
}

/** A secret comes through what is there before the first step. */
function refuseLaterSecrets(
  name: string,
  { needs, span }: BoundTarget,
  runbook: Runbook,
  { bindings }: Pick<Environment, 'bindings'>,
  report: Report,
): void {
  for (const through of new Set(needs)) {
    const maker = makerOf(runbook, through)
    if (maker === undefined) {
      const next = bindings.get(through)
      if (next !== undefined && !runbook.bindings.has(through))
        refuseLaterSecrets(through, next, runbook, { bindings }, report)
      continue
    }
    report({
      code: 'later-binding',
      message: `binding \`${name}\` needs a secret that comes through \`${through}\`, which step \`${maker}\` makes during the run`,
      hint: 'keep it elsewhere: in a file, or behind a binding that is there before the first step',
      span,
    })
  }
}
