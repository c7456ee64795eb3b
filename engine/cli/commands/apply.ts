import { applyRunbook } from '../../run/apply-runbook.ts'
import { askToStart } from '../ask-to-start.ts'
import type { Command, Surroundings } from '../command.ts'
import { makePlanAt } from '../make-plan-at.ts'
import { oneOperand } from '../operands.ts'
import { openSource } from '../open-documents.ts'
import { openSite, type Site } from '../open-site.ts'
import type { Arguments } from '../parse-arguments.ts'
import { isPlanText, readPlan, siteOfPlan } from '../read-reviewed-plan.ts'
import { runAtSite } from '../run-at-site.ts'
import { openState } from '../state-argument.ts'
import { refuseUntil } from '../until-argument.ts'
import { UsageError } from '../usage-error.ts'
import type { Plan } from '../../plan/plan.ts'

/** `runbook apply`: does what a runbook, or a reviewed plan, says. */
export const apply: Command = {
  name: 'apply',
  summary: 'runs a runbook, or exactly what a reviewed plan says',
  operands: 'FILE|PLAN',
  example: 'runbook apply runbooks/portable-root.yaml --env production.yaml --input rootSubject="CN=Example Root"',
  options: [
    ...(['env', 'input', 'inputs', 'state', 'yes', 'until', 'wait', 'confirm', 'evidence'] as const),
    ...(['override-window', 'approve-all', 'credential-changed'] as const),
  ],
  async run(args, surroundings) {
    const { site, reviewed } = await openReviewed(args, surroundings)
    refuseUntil(args, site.runbook)
    await askToStart(args, site.runbook, site.environment)
    const state = await openState(args)
    return runAtSite(args, surroundings, {
      state,
      ...site,
      ...(reviewed === undefined ? {} : { inputs: reviewed.inputs }),
      async start(parts) {
        if (reviewed !== undefined) {
          const { refuseStale } = await import('../../plan/refuse-stale.ts')
          const now = await makePlanAt(site, { ...parts, now: () => parts.clock.now(), signal: parts.stop.requested })
          await refuseStale(reviewed, now, state)
        }
        return applyRunbook({ ...parts, inputs: site.inputs, plan: reviewed?.id ?? null })
      },
    })
  },
}

async function openReviewed(
  args: Arguments,
  { families }: Surroundings,
): Promise<{ site: Site; reviewed: Plan | undefined }> {
  const file = oneOperand(args, 'runbook or plan')
  const source = await openSource(file)
  if (!isPlanText(source.text)) return { site: await openSite(file, args, await families()), reviewed: undefined }
  for (const name of ['env', 'input', 'inputs'] as const) {
    if (args.flag(name)) throw new UsageError(`\`--${name}\` has no meaning with a plan, which holds it already`)
  }
  const reviewed = await readPlan(source)
  return { site: await siteOfPlan(reviewed, file, await families()), reviewed }
}
