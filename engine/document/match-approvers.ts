import type { Report } from '../diagnostics/collector.ts'
import { count } from '../diagnostics/list-names.ts'
import { allows, approvalNamespace } from './allowed-signers.ts'
import type { Environment } from './environment.ts'
import type { ApprovalRule, Runbook } from './runbook.ts'
import { entriesOfRunbook } from './walk-entries.ts'

/**
 * Reports approvals that nobody could give: too few people beside the operator, or people without a key.
 *
 * In a sandbox, approvals may all be answered at once.
 *
 * @param operator the principal of whoever is about to run it, where that is known; those under `operators` are looked at always
 */
export function matchApprovers(
  runbook: Runbook,
  environment: Environment,
  operator: string | undefined,
  report: Report,
): void {
  if (environment.kind === 'sandbox') return
  const gates = approvalsOf(runbook)
  for (const gate of gates) refuseTooFew(gate, environment, operator, report)
  if (gates.length > 0) refuseWithoutKey(gates, environment, report)
}

interface Gate {
  readonly id: string
  readonly approval: ApprovalRule
}

function approvalsOf(runbook: Runbook): readonly Gate[] {
  return [...entriesOfRunbook(runbook)].flatMap((entry) =>
    (entry.kind === 'step' || entry.kind === 'manual') && entry.approval !== undefined
      ? [{ id: entry.id, approval: entry.approval }]
      : [],
  )
}

function refuseTooFew(
  { id, approval: { role, count: wanted } }: Gate,
  environment: Environment,
  operator: string | undefined,
  report: Report,
): void {
  const people = environment.approvers.get(role) ?? []
  const needs = `step \`${id}\` needs ${count(wanted, 'approver')} of role \`${role}\``
  const hint = `name them under \`approvers\`: \`${role}\``
  const span = environment.approversSpan
  if (people.length < wanted) {
    report({ code: 'missing-approvers', message: `${needs}, found ${people.length}`, hint, span })
    return
  }
  if (people.length > wanted) return // whoever operates, enough are left
  const operators = new Set([...environment.operators.values(), ...(operator === undefined ? [] : [operator])])
  const both = people.find((name) => operators.has(name))
  if (both === undefined) return
  const message = `${needs} beside the operator, found ${wanted - 1} when \`${both}\` operates`
  report({ code: 'missing-approvers', message, hint: `name one more under \`approvers\`: \`${role}\``, span })
}

function refuseWithoutKey(gates: readonly Gate[], environment: Environment, report: Report): void {
  const { allowedSigners, approvers, approverSpans, approversSpan } = environment
  if (allowedSigners === undefined) {
    const message = 'key `allowedSigners` is missing: approvals are signed, and nobody has a key'
    const hint = 'add `allowedSigners: FILE`, in the format of ssh-keygen(1), ALLOWED SIGNERS'
    report({ code: 'missing-signers', message, hint, span: approversSpan })
    return
  }
  for (const role of new Set(gates.map(({ approval }) => approval.role))) {
    for (const name of approvers.get(role) ?? []) {
      if (allowedSigners.signers.some((signer) => allows(signer, name, approvalNamespace))) continue
      const message = `approver \`${name}\` has no key in the allowed signers`
      const hint = `add a line \`${name} ssh-ed25519 AAAA…\` to that file`
      report({ code: 'missing-signers', message, hint, span: approverSpans.get(role)?.get(name) ?? approversSpan })
    }
  }
}
