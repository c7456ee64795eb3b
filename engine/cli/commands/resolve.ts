import { type OverrideClaim, type ResolutionClaim, writeClaim } from '../../approval/claims.ts'
import { putIntoInbox } from '../../approval/inbox.ts'
import type { Environment } from '../../document/environment.ts'
import type { Manual, Step } from '../../document/runbook.ts'
import { entriesOfRunbook } from '../../document/walk-entries.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { stepText } from '../../render/outcome-text.ts'
import { exceptionRule } from '../../run/exceptions.ts'
import { summarizeRun } from '../../run/run-summary.ts'
import { listRunIds, lookIntoStateFolder, runFolder, type StateFolder } from '../../run/state-folder.ts'
import { principalHere } from '../approval/at-site.ts'
import { matchRunId } from '../choose-run.ts'
import type { Command, Surroundings } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { openRun, type RunSite } from '../open-run.ts'
import { addressArgument } from '../address-argument.ts'
import type { Arguments } from '../parse-arguments.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { claimPlace, refuseSaid } from '../resolve/claim-place.ts'
import { readOutputs } from '../resolve/read-outputs.ts'
import { envWords, statePath, stateWords } from '../state-argument.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook resolve`: somebody says what became of a step in doubt. Needs no lock; it counts once people approved it. */
export const resolve: Command = {
  name: 'resolve',
  summary:
    'says what became of a step whose outcome nobody can look up: it was done, with these outputs, or it was not and is tried again; or why to go on outside of the maintenance window. Nothing is skipped: the next `resume` journals it beside what it sees itself, people approve it, and the run ends with exceptions. Of an effect that could not be taken back, `--done` says that it stays, which ends the run there, and `--not-done` that it is gone',
  operands: 'RUN STEP',
  example: 'runbook resolve 20261122-135012-k7m2q signRoot --done --outputs signed.yaml --reason "seen in the HSM log"',
  options: ['done', 'outputs', 'not-done', 'reason', 'override-window', 'env', 'state'],
  async run(args, surroundings) {
    const [given, address, extra] = args.operands
    if (given === undefined || address === undefined) throw new UsageError('a run and a step are to be named')
    if (extra !== undefined) throw new UsageError(`\`${extra}\` is one too many`)
    const way = wayOf(args)
    const state = lookIntoStateFolder(statePath(args))
    const run = matchRunId(given, await listRunIds(state), state)
    const site = await openRun(args, surroundings, state, await summarizeRun(state, run))
    const step = stepAt(site, addressArgument(address))
    const claim = await claimOf(args, way, { state, run, site, step })
    await refuseSaid(runFolder(state, run), claim)
    const path = await putIntoInbox(runFolder(state, run), claim.claims, writeClaim(claim))
    return tell(args, surroundings, { claim, step, path, environment: site.environment })
  },
}

type Way = 'done' | 'not-done' | 'override-window'

/** @throws {UsageError} when not exactly one thing is said, or something to it is missing */
function wayOf(args: Arguments): Way {
  const [way, another] = (['done', 'not-done', 'override-window'] as const).filter((name) => args.flag(name))
  if (way === undefined)
    throw new UsageError(
      'it is not said what became of it',
      'add `--done --outputs FILE`, `--not-done`, or `--override-window REASON`',
    )
  if (another !== undefined) throw new UsageError(`\`--${way}\` and \`--${another}\` are two different things`)
  if (way !== 'done' && args.flag('outputs')) throw new UsageError('`--outputs` has no meaning without `--done`')
  if (way === 'override-window') {
    if (args.flag('reason')) throw new UsageError('the reason stands behind `--override-window`')
  } else if ((args.value('reason') ?? '').trim() === '')
    throw new UsageError('no reason is given', 'add `--reason TEXT`: how do you know?')
  return way
}

function stepAt({ runbook }: RunSite, address: string): Step | Manual {
  const entries = [...entriesOfRunbook(runbook)]
  const entry = entries.find(({ id }) => id === address.replace(/\[.*$/, ''))
  if (entry?.kind === 'step' || entry?.kind === 'manual') return { ...entry, address }
  throw entry === undefined
    ? new UsageError(
        `runbook \`${runbook.name}\` has no step \`${address}\``,
        suggest(
          address,
          entries.map(({ id }) => id),
        ).hint,
      )
    : new UsageError(`\`${address}\` changes nothing by itself, and is never in doubt`)
}

async function claimOf(
  args: Arguments,
  way: Way,
  {
    state,
    run,
    site,
    step,
  }: { readonly state: StateFolder; readonly run: string; readonly site: RunSite; readonly step: Step | Manual },
): Promise<ResolutionClaim | OverrideClaim> {
  const { address } = step
  const by = principalHere(site.environment)
  const kind = way === 'override-window' ? 'override' : 'resolution'
  const { of, n } = await claimPlace(state, run, step, kind)
  const common = { format: 1 as const, run, address, of, n, by }
  if (way === 'override-window')
    return { claims: 'override', ...common, reason: args.value('override-window') ?? '', what: 'window' }
  const reason = args.value('reason') ?? ''
  if (way === 'not-done') return { claims: 'resolution', ...common, reason, claim: 'not-done', outputs: null }
  const file = args.value('outputs')
  if (of === 'undo') {
    if (file !== undefined) throw new UsageError('`--outputs` has no meaning for what stays: the journal has them')
    return { claims: 'resolution', ...common, reason, claim: 'done', outputs: null }
  }
  if (file === undefined)
    throw new UsageError('what the step gave is not said', 'add `--outputs FILE`, with every output of the step')
  const outputs = await readOutputs(file, step)
  return { claims: 'resolution', ...common, reason, claim: 'done', outputs }
}

function tell(
  args: Arguments,
  { stdout }: Surroundings,
  {
    claim,
    step,
    path,
    environment,
  }: {
    readonly claim: ResolutionClaim | OverrideClaim
    readonly step: Step | Manual
    readonly path: string
    readonly environment: Environment
  },
): ExitCode {
  const { role, count } = exceptionRule(environment, step)
  const inSandbox = environment.kind === 'sandbox' ? ['--approve-all'] : []
  const resume = quoteCommand(['runbook', 'resume', claim.run, ...envWords(args), ...stateWords(args), ...inSandbox])
  const approve = quoteCommand(['runbook', 'approve', claim.run, claim.address, ...envWords(args), ...stateWords(args)])
  if (args.flag('json')) {
    printResult(stdout, exitCodes.done, { ...claim, path, approval: { role, count }, next: [resume, approve, resume] })
    return exitCodes.done
  }
  stdout.write(
    `handed in: ${stepText({ number: step.number, id: claim.address })} ${saidText(claim)}, says ${claim.by}: ${claim.reason}\n`,
  )
  stdout.write(`\nnext: ${resume}\n`)
  if (inSandbox.length === 0)
    stdout.write(`then: ${count} of role ${role} approve it, and not ${claim.by}: ${approve}\nthen: ${resume}\n`)
  return exitCodes.done
}

function saidText(claim: ResolutionClaim | OverrideClaim): string {
  if (claim.claims === 'override') return `${claim.of === 'undo' ? 'is taken back' : 'is done'} outside of the window`
  if (claim.of === 'undo') return claim.claim === 'done' ? 'stays' : 'is gone'
  return claim.claim === 'done' ? 'was done' : 'was not done'
}
