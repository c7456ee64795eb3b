import { DocumentError } from '../../diagnostics/document-error.ts'
import type { Environment } from '../../document/environment.ts'
import { loadEnvironment } from '../../document/load-environment.ts'
import { renderRehearsal } from '../../render/render-rehearsal.ts'
import type { RunEvent } from '../../run/events.ts'
import type { Family } from '../../step/family.ts'
import { checkFaults } from '../check-faults.ts'
import type { Command } from '../command.ts'
import { CommandStopped } from '../command-stopped.ts'
import { exploreRunbook, wantsExploration } from '../explore-runbook.ts'
import { exitCodes } from '../exit-code.ts'
import { ExpectationsMissed } from '../expectations-missed.ts'
import { oneOperand } from '../operands.ts'
import { openSource } from '../open-documents.ts'
import type { Arguments } from '../parse-arguments.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { runShown } from '../run-shown.ts'
import { openState, stateWords } from '../state-argument.ts'

/** `runbook rehearse`: the same file, end to end, against a sandbox. */
export const rehearse: Command = {
  name: 'rehearse',
  summary: 'runs a runbook end to end against a sandbox of its own, and says what that could not show',
  operands: 'FILE',
  example: 'runbook rehearse runbooks/portable-root.yaml',
  options: ['against', 'fault', 'crash-everywhere', 'fault-everywhere', 'sample', 'state'],
  async run(args, surroundings) {
    if (wantsExploration(args)) return exploreRunbook(args, surroundings)
    const { stdout, stderr, families, toolVersion, program, words } = surroundings
    const faults = args.values('fault')
    await checkFaults(faults)
    const file = oneOperand(args, 'runbook')
    await openSource(file)
    const against = await openAgainst(args, await families())
    const state = await openState(args)
    const used = new Set<string>()
    const sandbox = await import('../../sandbox/rehearse.ts')
    const report = await runShown(
      args,
      surroundings,
      (progress) => ({
        done: progress.done(),
        notDone: progress.notDone(),
        runId: progress.runId,
        goOn: quoteCommand(words),
      }),
      async ({ stop, emit }) => {
        const watched = (event: RunEvent): void => {
          if (event.type === 'step-started') used.add(event.uses)
          emit(event)
        }
        return sandbox.rehearse({
          file,
          state,
          families: await families(),
          toolVersion,
          emit: watched,
          stop,
          faults,
          against,
          program,
        })
      },
    )
    const missed = report.expectations.filter(({ held }) => !held)
    if (args.flag('json') && missed.length === 0) printResult(stdout, exitCodes.done, report)
    if (!args.flag('json')) stdout.write(renderRehearsal(report, stdout.paint, stdout.screen?.columns))
    if (missed.length > 0)
      throw new CommandStopped(new ExpectationsMissed(missed.map(({ title }) => title)), {
        done: [`run \`${report.runId}\``],
        notDone: [],
        runId: report.runId,
        goOn: quoteCommand(words),
      })
    stderr.write(next(report, file, stateWords(args), used))
    return exitCodes.done
  },
}

/** @throws {UsageError} {DocumentError} */
async function openAgainst(args: Arguments, families: readonly Family[]): Promise<Environment | undefined> {
  const path = args.value('against')
  if (path === undefined) return undefined
  const { environment, diagnostics } = await loadEnvironment(await openSource(path), families)
  if (environment === undefined) throw new DocumentError(diagnostics)
  return environment
}

/** What to try next, a fault included where the runbook asks a service that can fail. */
function next(
  { runId, state: ofRun }: { readonly runId: string; readonly state: string },
  file: string,
  state: readonly string[],
  used: ReadonlySet<string>,
): string {
  const fault = used.has('acm-pca.create-ca') ? ['acm-pca.CreateCertificateAuthority=reset-after'] : []
  const commands = [
    ['runbook', 'status', runId, '--state', ofRun],
    ...fault.map((text) => ['runbook', 'rehearse', file, ...state, '--fault', text]),
    ['runbook', 'plan', file, '--env', 'ENVIRONMENT.yaml'],
  ]
  return `\nnext, for instance:\n${commands.map((words) => `  ${quoteCommand(words)}\n`).join('')}`
}
