import { resolve } from 'node:path'
import { principalOf } from '../../document/environment.ts'
import { RefusedLogins } from '../../environment/refused-logins.ts'
import { renderPreflight } from '../../render/render-preflight.ts'
import { thisProcess } from '../../run/process-identity.ts'
import { clockOf } from '../clock-of.ts'
import type { Command } from '../command.ts'
import { CommandStopped } from '../command-stopped.ts'
import { exitCodes } from '../exit-code.ts'
import { openSite } from '../open-site.ts'
import { oneOperand } from '../operands.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { statePath } from '../state-argument.ts'
import { openTerminal } from '../terminal.ts'

/** `runbook preflight`: whether a run could go through, days before the window. */
export const preflight: Command = {
  name: 'preflight',
  summary:
    'looks, days before the window, whether a run could go through; logs in as `plan` does, changes nothing, and exits with 4 when a person must act',
  operands: '[FILE]',
  example: 'runbook preflight runbooks/portable-root.yaml --env production.yaml',
  options: ['env', 'input', 'inputs', 'state', 'credential-changed'],
  async run(args, { stdout, families, words }) {
    const all = await families()
    const site = await openSite(oneOperand(args, 'runbook'), args, all, 'targets')
    const state = resolve(statePath(args))
    const terminal = openTerminal()
    const stop = new AbortController()
    const abort = (): void => stop.abort()
    process.once('SIGINT', abort).once('SIGTERM', abort)
    try {
      const clock = await clockOf(site.environment)
      const { makePreflight } = await import('../../preflight/make-preflight.ts')
      const seen = await makePreflight({
        ...site,
        families: all,
        statePath: state,
        operator: principalOf(site.environment, thisProcess().user),
        refusedLogins: new RefusedLogins(state),
        ask: async (what) => terminal?.askHidden(`${what}: `, stop.signal),
        credentialChanged: args.values('credential-changed'),
        signal: stop.signal,
        now: () => clock.now(),
      })
      const exitCode = seen.totals.bad === 0 ? exitCodes.done : exitCodes.person
      if (args.flag('json')) printResult(stdout, exitCode, { preflight: seen })
      else stdout.write(renderPreflight(seen, stdout.paint))
      return exitCode
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
