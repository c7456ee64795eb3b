import { existsSync } from 'node:fs'
import { principalOf } from '../../document/environment.ts'
import { acceptRun, handOver } from '../../run/handover.ts'
import { thisProcess } from '../../run/process-identity.ts'
import type { Operator } from '../../run/records.ts'
import { summarizeRun } from '../../run/run-summary.ts'
import { listRunIds, openStateFolder, type StateFolder } from '../../run/state-folder.ts'
import { isStateId, stateId } from '../../run/state-id.ts'
import { readEnvironment } from '../approval/at-site.ts'
import { matchRunId } from '../choose-run.ts'
import type { Command, Surroundings } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { oneOperand } from '../operands.ts'
import type { Arguments } from '../parse-arguments.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { openState, stateWords } from '../state-argument.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook handover`: exactly one other state folder goes on with a run. */
export const handover: Command = {
  name: 'handover',
  summary:
    'seals a run here and writes it to a new folder, from which the one state folder named by `--to` takes it up with `--accept`. Nobody else can go on with it, and nothing is lost on the way: the same command writes the folder again. `--id` prints what to name',
  operands: '[RUN]',
  example: 'runbook handover 20261122-135012-k7m2q --to 4f0c22d1a9b35e6780fd --out /media/usb/run',
  options: ['to', 'out', 'accept', 'id', 'env', 'state'],
  async run(args, surroundings) {
    const ways = (['to', 'accept', 'id'] as const).filter((name) => args.flag(name))
    const [way, another] = ways
    if (another !== undefined) throw new UsageError(`\`--${way}\` and \`--${another}\` are two different things`)
    if (way !== 'to' && args.flag('out')) throw new UsageError('`--out` has no meaning without `--to`')
    if (way === 'id') return tellId(args, surroundings)
    if (way === 'accept') return accept(args, surroundings)
    if (way === 'to') return handRunOver(args, surroundings)
    throw new UsageError(
      'it is not said what to do',
      'hand a run over with `--to ID --out FOLDER`, take one up with `--accept FOLDER`, or see `--id`',
    )
  },
}

async function tellId(args: Arguments, { stdout }: Surroundings): Promise<ExitCode> {
  refuseOperands(args)
  const state = await openState(args)
  const id = await stateId(state)
  if (args.flag('json')) printResult(stdout, exitCodes.done, { id, folder: state.path })
  else stdout.write(`${id}\n`)
  return exitCodes.done
}

async function handRunOver(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout } = surroundings
  const state = await openState(args)
  const runId = matchRunId(oneOperand(args, 'run'), await listRunIds(state), state)
  const out = args.value('out')
  if (out === undefined)
    throw new UsageError(
      'it is not said where to write the run',
      'add `--out FOLDER`: a new folder, to be carried there',
    )
  const to = await receiver(args.value('to') ?? '')
  if (to === (await stateId(state))) throw new UsageError('that is this state folder: the run is here', 'go on with it')
  const { begun } = await summarizeRun(state, runId)
  const by = await operator(args.value('env') ?? begun.environment.path, surroundings)
  const { folder, head, again } = await handOver({ state, runId, to, out, by })
  const next = quoteCommand(['runbook', 'handover', '--accept', folder])
  if (args.flag('json')) printResult(stdout, exitCodes.done, { run: runId, to, folder, head, again, next })
  else
    stdout.write(
      `${again ? `wrote ${folder} again` : `sealed run ${runId} here, and wrote ${folder}`}\nto state folder ${to}\nhead ${head.records}:${head.hash}\n\nnext, where that state folder is: ${next}\n`,
    )
  return exitCodes.done
}

async function accept(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  refuseOperands(args)
  const { stdout } = surroundings
  const from = args.value('accept') ?? ''
  const state = await openState(args)
  const by = await operator(args.value('env'), surroundings)
  const { runId, begun, again } = await acceptRun(state, from, by)
  const env = args.value('env') ?? (existsSync(begun.environment.path) ? undefined : 'ENVIRONMENT')
  const words = ['runbook', 'resume', runId, ...(env === undefined ? [] : ['--env', env]), ...stateWords(args)]
  const next = quoteCommand(words)
  if (args.flag('json')) printResult(stdout, exitCodes.done, { run: runId, again, next })
  else
    stdout.write(
      `${again ? 'had been taken up already' : 'took up'}: run ${runId} of ${begun.runbook.name}\n\nnext: ${next}\n`,
    )
  return exitCodes.done
}

/** An id, or the path of a state folder that can be reached from here. */
async function receiver(to: string): Promise<string> {
  if (isStateId(to)) return to
  if (!existsSync(to))
    throw new UsageError(
      `\`${to}\` is neither the id of a state folder nor one that can be reached from here`,
      'ask for the id where the run is to go on: `runbook handover --id`',
    )
  const state: StateFolder = await openStateFolder(to)
  return stateId(state)
}

/** Who does it: a principal where there is an environment that tells. */
async function operator(environment: string | undefined, { described }: Surroundings): Promise<Operator> {
  const { user, host } = thisProcess()
  const known = environment !== undefined && existsSync(environment)
  return { user, host, principal: known ? principalOf(await readEnvironment(environment, described), user) : user }
}

function refuseOperands({ operands: [operand] }: Arguments): void {
  if (operand !== undefined) throw new UsageError(`\`${operand}\` is one too many`)
}
