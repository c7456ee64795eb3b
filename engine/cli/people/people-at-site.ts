import { overridesIn, resolutionsIn } from '../../approval/claims-in.ts'
import type { People } from '../../run/local-host.ts'
import type { OverrideRequest, PersonRequest, ResolutionRequest } from '../../run/person-request.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { artifactsPath, runFolder } from '../../run/state-folder.ts'
import type { Json } from '../../step/json.ts'
import { quoteCommand } from '../quote.ts'
import { approvalAtTerminal } from './ask-approval.ts'
import { confirm } from './ask-confirmation.ts'
import { doneByHand } from './ask-manual.ts'
import { signedApproval } from './signed-approval.ts'
import type { SiteParts } from './site-parts.ts'

/** People as a run meets them: at its terminal, by its flags, and by files that `approve` and `resolve` put into its inbox. */
export function peopleAtSite(parts: SiteParts): People {
  let line: Promise<unknown> = Promise.resolve()
  /** One question at a time, also where branches of a run ask at once. */
  const inTurn = (ask: () => Promise<Json>): Promise<Json> => {
    const asked = line.then(ask)
    line = asked.catch(() => undefined)
    return asked
  }
  return {
    answer: (request, signal, runId) => {
      const byFile = request.kind === 'approval' && parts.environment.kind !== 'sandbox'
      return byFile
        ? signedApproval(parts, request, signal, runId)
        : inTurn(() => answerHere(parts, request, signal, runId))
    },
  }
}

function answerHere(parts: SiteParts, request: PersonRequest, signal: AbortSignal, runId: string): Promise<Json> {
  const { environment, terminal, insistOnSandbox, flags, state, principal } = parts
  const given = flags.confirm.get(request.step.id)
  switch (request.kind) {
    case 'approval':
      return approvalAtTerminal(environment, terminal, insistOnSandbox, request, signal)
    case 'confirmation':
      return confirm(request, terminal, given, signal)
    case 'manual': {
      const evidence = flags.evidence.get(request.step.id)
      const artifacts = artifactsPath(state, runId)
      return doneByHand(request, { terminal, given, evidence, artifacts, principal }, signal)
    }
    case 'resolution':
      return resolutionOf(parts, request, runId)
    case 'override':
      return overrideOf(parts, request, runId)
  }
}

/** What `runbook resolve` put into the inbox. */
async function resolutionOf({ state }: SiteParts, request: ResolutionRequest, runId: string): Promise<Json> {
  const { step, of, n, why, effectId } = request
  for (const { claim } of await resolutionsIn(runFolder(state, runId))) {
    if (claim.run !== runId || claim.address !== step.id || claim.of !== of || claim.n !== n) continue
    return { claim: claim.claim, outputs: claim.outputs, reason: claim.reason, by: claim.by }
  }
  const command = quoteCommand(['runbook', 'resolve', runId, step.id, '--state', state.path])
  if (of === 'undo')
    throw new NeedsPerson('in-doubt', why, {
      step,
      hint: `or say what became of effect \`${effectId}\`, which people have to approve: it stays (\`${command} --done --reason TEXT\`), or it is gone (\`${command} --not-done --reason TEXT\`)`,
    })
  throw new NeedsPerson('in-doubt', `begun, and whether it happened cannot be told: ${why}`, {
    step,
    hint: `look for effect \`${effectId}\` yourself, then say what you saw: \`${command} --done --outputs FILE --reason TEXT\` or \`${command} --not-done --reason TEXT\``,
  })
}

async function overrideOf(
  { state, flags, principal }: SiteParts,
  { step, of, n, why }: OverrideRequest,
  runId: string,
): Promise<Json> {
  if (flags.overrideWindow !== undefined) return { reason: flags.overrideWindow, by: principal }
  for (const { claim } of await overridesIn(runFolder(state, runId))) {
    if (claim.run === runId && claim.address === step.id && claim.of === of && claim.n === n)
      return { reason: claim.reason, by: claim.by }
  }
  throw new NeedsPerson('window', why, {
    step,
    hint: `wait for the window; or override it, which people have to approve: \`${quoteCommand(['runbook', 'resolve', runId, step.id, '--state', state.path])} --override-window REASON\``,
  })
}
