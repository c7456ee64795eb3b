import { collector } from '../diagnostics/collector.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { count } from '../diagnostics/list-names.ts'
import { nearest } from '../diagnostics/nearest.ts'
import type { Environment } from './environment.ts'
import type { Runbook } from './runbook.ts'

/** What an environment lacks for a runbook: bindings, their kinds, approvers. Positions are in the environment's file. */
export function matchEnvironment(runbook: Runbook, environment: Environment): readonly Diagnostic[] {
  const { report, list } = collector(environment.source)
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
    }
  }
  // In a sandbox, approvals may all be answered at once.
  if (environment.kind === 'sandbox') return list()
  for (const { id, approval } of runbook.steps) {
    if (approval === undefined) continue
    const people = environment.approvers.get(approval.role)?.length ?? 0
    if (people >= approval.count) continue
    const message = `step \`${id}\` needs ${count(approval.count, 'approver')} of role \`${approval.role}\`, found ${people}`
    const hint = `name them under \`approvers\`: \`${approval.role}\``
    report({ code: 'missing-approvers', message, hint, span: environment.approversSpan })
  }
  return list()
}
