import { readAnswer } from '../../approval/answer.ts'
import type { OpenRequest } from '../../approval/open-requests.ts'
import { readRequest, writeRequest } from '../../approval/request-file.ts'
import { createFileDurably } from '../../journal/durable-file.ts'
import { lockHolder } from '../../run/lock.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { lookIntoStateFolder, type StateFolder } from '../../run/state-folder.ts'
import { StepError } from '../../step/errors.ts'
import { answerQuestion } from '../approval/answer-question.ts'
import {
  deliver,
  openApprovalSite,
  principalHere,
  readEnvironment,
  refuseInVain,
  withWaiting,
} from '../approval/at-site.ts'
import { chooseRequest, requestsOf } from '../approval/choose-request.ts'
import { findKey, principalOfKey } from '../approval/find-key.ts'
import { readSent } from '../approval/read-file.ts'
import type { Command, Surroundings } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { addressArgument } from '../address-argument.ts'
import type { Arguments } from '../parse-arguments.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { statePath, stateWords } from '../state-argument.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook approve`: somebody reads what a step will do, and signs a yes or a no. Needs no lock and no secret of the run. */
export const approve: Command = {
  name: 'approve',
  summary: 'shows what a run asks people to approve, and signs the answer with an SSH key',
  operands: '[RUN [STEP]]',
  example: 'runbook approve 20261122-135012-k7m2q signRoot --key ~/.ssh/id_ed25519_sk',
  options: [
    ...(['key', 'as', 'approve', 'reject', 'reason', 'digest'] as const),
    ...(['export', 'request', 'out', 'import', 'env', 'state'] as const),
  ],
  async run(args, surroundings) {
    const ways = (['export', 'request', 'import'] as const).filter((name) => args.flag(name))
    const [way, another] = ways
    if (way !== undefined && another !== undefined)
      throw new UsageError(`\`--${way}\` and \`--${another}\` are two different things`)
    if (args.flag('out') && way !== 'request') throw new UsageError('`--out` has no meaning without `--request`')
    if (way === 'request') return answerElsewhere(args, surroundings)
    const state = lookIntoStateFolder(statePath(args))
    if (way === 'import') return importAnswer(args, surroundings, state)
    const [run, step, extra] = args.operands
    if (extra !== undefined) throw new UsageError(`\`${extra}\` is one too many`)
    const request = await chooseRequest(state, run, step === undefined ? undefined : addressArgument(step))
    if (request === undefined) return nothingWaits(args, surroundings, state)
    return way === 'export'
      ? exportRequest(args, surroundings, request)
      : answerHere(args, surroundings, state, request)
  },
}

function nothingWaits(args: Arguments, { stdout, stderr }: Surroundings, state: StateFolder): ExitCode {
  if (args.flag('json')) printResult(stdout, exitCodes.done, { request: null })
  else stderr.write(`nothing waits for an approval in ${state.path}\n`)
  return exitCodes.done
}

async function answerHere(
  args: Arguments,
  surroundings: Surroundings,
  state: StateFolder,
  open: OpenRequest,
): Promise<ExitCode> {
  const site = await openApprovalSite(args, surroundings, state, open.run)
  const request = await withWaiting(open, site)
  const key = await findKey(args.value('key'))
  const principal = args.value('as') ?? (await principalOfKey(key, site.signers)) ?? principalHere(site.environment)
  const refuse = (unsigned: Parameters<typeof refuseInVain>[0]): void => refuseInVain(unsigned, request, site)
  const asked = readRequest(writeRequest(request))
  const text = await answerQuestion(args, surroundings, { request: asked, key, principal, refuse })
  return delivered(args, surroundings, request, await deliver(readAnswer(text), request, site))
}

async function importAnswer(args: Arguments, surroundings: Surroundings, state: StateFolder): Promise<ExitCode> {
  refuseOperands(args)
  const file = args.value('import') ?? ''
  const answer = await readSent(file, 'invalid-answer', readAnswer)
  const open = (await requestsOf(state, answer.run)).findLast(({ address }) => address === answer.address)
  if (open === undefined)
    throw new NeedsPerson('approval', `step \`${answer.address}\` of run \`${answer.run}\` waits for no approval`, {
      hint: 'it was answered, asked again, or the run is over: `runbook status` tells',
    })
  const site = await openApprovalSite(args, surroundings, state, open.run)
  const request = await withWaiting(open, site)
  return delivered(args, surroundings, request, await deliver(answer, request, site))
}

async function delivered(
  args: Arguments,
  { stdout }: Surroundings,
  { run, address, role }: OpenRequest,
  { accepted, path, wanted }: Awaited<ReturnType<typeof deliver>>,
): Promise<ExitCode> {
  const { decision, by, digest, fingerprint } = accepted
  const more = decision === 'approve' && wanted > 0
  const busy = (await lockHolder(lookIntoStateFolder(statePath(args)))) !== undefined
  const words = more ? ['approve', run, address] : busy ? ['status', run] : ['resume', run]
  const next = quoteCommand(['runbook', ...words, ...stateWords(args)])
  if (args.flag('json')) {
    const members = { run, step: address, decision, principal: by, digest, fingerprint, path, wanted, next }
    printResult(stdout, exitCodes.done, members)
    return exitCodes.done
  }
  const said = decision === 'approve' ? 'approved' : 'rejected'
  stdout.write(`${said} ${address} of run ${run} as ${by}, key ${fingerprint}\ntext SHA-256 ${digest}\n`)
  if (more) stdout.write(`${wanted} more of role ${role} have to approve\n`)
  stdout.write(`\nnext: ${next}\n`)
  return exitCodes.done
}

async function exportRequest(args: Arguments, { stdout }: Surroundings, request: OpenRequest): Promise<ExitCode> {
  const file = args.value('export') ?? ''
  await writeNew(file, writeRequest(request))
  const { run, address, digest } = request
  const next = quoteCommand(['runbook', 'approve', '--request', file, '--as', 'PRINCIPAL', '--out', 'ANSWER'])
  if (args.flag('json')) printResult(stdout, exitCodes.done, { run, step: address, digest, file, next })
  else
    stdout.write(
      `wrote ${file}: what ${address} of run ${run} waits for\ntext SHA-256 ${digest}\n\nnext, where the approver is: ${next}\n`,
    )
  return exitCodes.done
}

/** On another machine: no state folder, and an environment only where one is given. */
async function answerElsewhere(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  refuseOperands(args)
  const { stdout } = surroundings
  const request = await readSent(args.value('request') ?? '', 'invalid-request', readRequest)
  const named = args.value('env')
  const environment = named === undefined ? undefined : await readEnvironment(named, surroundings.described)
  const key = await findKey(args.value('key'))
  const principal = args.value('as') ?? (await principalOfKey(key, environment?.allowedSigners))
  if (principal === undefined)
    throw new UsageError('who answers is not known here', 'add `--as PRINCIPAL`: the name in the allowed signers')
  const text = await answerQuestion(args, surroundings, { request, key, principal, refuse: () => {} })
  const out = args.value('out')
  if (out === undefined) {
    if (args.flag('json')) printResult(stdout, exitCodes.done, { answer: readAnswer(text) })
    else stdout.write(text)
    return exitCodes.done
  }
  await writeNew(out, text)
  const next = quoteCommand(['runbook', 'approve', '--import', out])
  if (args.flag('json')) printResult(stdout, exitCodes.done, { answer: readAnswer(text), file: out, next })
  else stdout.write(`wrote ${out}: the answer of ${principal}\n\nnext, where the run is: ${next}\n`)
  return exitCodes.done
}

/** @throws {StepError} `conflict` when there is another file of that name */
async function writeNew(path: string, text: string): Promise<void> {
  if ((await createFileDurably(path, Buffer.from(text), 0o644)) === 'different')
    throw new StepError('conflict', `\`${path}\` exists with another content`, {
      hint: 'name another file, or remove that one',
    })
}

function refuseOperands({ operands: [operand] }: Arguments): void {
  if (operand !== undefined) throw new UsageError(`\`${operand}\` is one too many: the file says what it is about`)
}
