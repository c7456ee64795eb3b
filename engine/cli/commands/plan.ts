import { isThere } from '../../journal/is-there.ts'
import { openWindows } from '../../environment/open-windows.ts'
import { type PlanOutlook, renderPlan } from '../../render/render-plan.ts'
import { remainingMs } from '../../run/remaining.ts'
import { writePlanFile } from '../../plan/plan-file.ts'
import { clockOf } from '../clock-of.ts'
import type { Command } from '../command.ts'
import { CommandStopped } from '../command-stopped.ts'
import { exitCodes } from '../exit-code.ts'
import { makePlanAt } from '../make-plan-at.ts'
import { oneOperand } from '../operands.ts'
import { openSite, type Site } from '../open-site.ts'
import { showUndoPlan } from '../plan-undo.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { openState } from '../state-argument.ts'
import { openTerminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook plan`: shows what an apply would change. */
export const plan: Command = {
  name: 'plan',
  summary: 'shows what an apply would change; logs in to the targets and changes nothing',
  operands: '[FILE]',
  example: 'runbook plan runbooks/portable-root.yaml --env production.yaml --out root.plan.json',
  options: ['env', 'input', 'inputs', 'out', 'undo', 'state', 'credential-changed'],
  async run(args, surroundings) {
    const { stdout, stderr, families, toolVersion, words } = surroundings
    if (args.flag('undo')) return showUndoPlan(args, surroundings)
    const out = args.value('out')
    if (out !== undefined && (await isThere(out))) throw new UsageError(`\`${out}\` exists already`, 'name a new file')
    const site = await openSite(oneOperand(args, 'runbook'), args, await families())
    const state = await openState(args)
    const terminal = openTerminal()
    const stop = new AbortController()
    const abort = (): void => stop.abort()
    process.once('SIGINT', abort).once('SIGTERM', abort)
    try {
      const clock = await clockOf(site.environment)
      const made = await makePlanAt(site, {
        state,
        ask: async (what) => terminal?.askHidden(`${what}: `, stop.signal),
        credentialChanged: args.values('credential-changed'),
        toolVersion,
        signal: stop.signal,
        now: () => clock.now(),
      })
      if (out !== undefined) await writePlanFile(out, made)
      if (args.flag('json')) printResult(stdout, exitCodes.done, { plan: made })
      else stdout.write(renderPlan(made, stdout.paint, await outlookOf(site, clock.now())))
      if (out !== undefined)
        stderr.write(`written to ${out}; apply it with \`${quoteCommand(['runbook', 'apply', out])}\`\n`)
      return exitCodes.done
    } catch (error) {
      throw new CommandStopped(error, {
        done: [],
        notDone: [],
        goOn: quoteCommand(words),
        environment: site.environment,
      })
    }
  },
}

async function outlookOf({ runbook, environment }: Site, now: number): Promise<PlanOutlook> {
  const window = (await openWindows(environment))(now)
  return { window, now, typicalMs: remainingMs(runbook, () => false) }
}
