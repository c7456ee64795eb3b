import type { ApprovalRule, Leaf, Manual, Step } from '../document/runbook.ts'
import type { Execution } from './execution.ts'

/** How long people's word on an exception is good for. */
const expiresMs = 24 * 60 * 60_000

/**
 * Who approves an exception: the step's own approvers, else the environment's for exceptions; two people for what is done once or
 * has no way back.
 */
export function exceptionRule({ exceptions }: Pick<Execution, 'exceptions'>, step: Step | Manual): ApprovalRule {
  const { role, count = 1 } = step.approval ?? exceptions
  const grave = step.pointOfNoReturn !== undefined || (step.kind === 'step' && step.type.effect === 'once')
  return { role, count: Math.max(count, grave ? 2 : 1), expiresMs }
}

/** What approvers of an exception read; the same facts give the same text. */
export function exceptionText(
  { runbook, environment, runId, targets }: Execution,
  step: Leaf,
  what: string,
  facts: readonly string[],
  head: string,
): Promise<string> {
  const lines = [
    `${what} step ${step.number} ${step.address}: ${step.title}`,
    '',
    `runbook      ${runbook.name} ${runbook.version}, SHA-256 ${runbook.source.sha256}`,
    `environment  ${environment.name} (${environment.kind})`,
    `run          ${runId}`,
    `journal head ${head}`,
    ...(step.kind === 'step' ? targets.claims(step).map((claim) => `target       ${claim}`) : []),
    '',
    ...facts,
  ]
  return Promise.resolve(`${lines.join('\n')}\n`)
}
