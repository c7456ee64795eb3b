import { userInfo } from 'node:os'
import { answersIn } from '../../approval/take-answers.ts'
import { type Answer, type UnsignedAnswer, writeAnswer } from '../../approval/answer.ts'
import { putIntoInbox } from '../../approval/inbox.ts'
import type { OpenRequest } from '../../approval/open-requests.ts'
import {
  type AcceptedAnswer,
  type People,
  refuseUnsigned,
  type RefusedAnswer,
  signatureChecker,
  verifyAnswer,
} from '../../approval/verify-answer.ts'
import { DocumentError } from '../../diagnostics/document-error.ts'
import { type AllowedSignersFile, type Environment, principalOf } from '../../document/environment.ts'
import { loadEnvironment } from '../../document/load-environment.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { summarizeRun } from '../../run/run-summary.ts'
import { runFolder, type StateFolder } from '../../run/state-folder.ts'
import type { Surroundings } from '../command.ts'
import { openSource } from '../open-documents.ts'
import type { Arguments } from '../parse-arguments.ts'

/** Where a run's answers are held to its environment. Nothing of it is opened but the file. */
export interface ApprovalSite {
  readonly state: StateFolder
  readonly environment: Environment
  readonly signers: AllowedSignersFile
  readonly people: People
}

/**
 * The environment of a run: `--env`, else the one it began with.
 *
 * @throws {DocumentError} {UsageError}; {NeedsPerson} `approval` when nobody can sign there
 */
export async function openApprovalSite(
  args: Arguments,
  { described }: Surroundings,
  state: StateFolder,
  run: string,
): Promise<ApprovalSite> {
  const { begun, operators } = await summarizeRun(state, run)
  const environment = await readEnvironment(args.value('env') ?? begun.environment.path, described)
  const { name, kind, approvers, allowedSigners: signers } = environment
  if (signers === undefined)
    throw new NeedsPerson('approval', `environment \`${name}\` has no \`allowedSigners\`, so nobody can sign`, {
      hint:
        kind === 'sandbox'
          ? 'in a sandbox go on at a terminal, or with `--approve-all`'
          : 'add `allowedSigners: FILE` to it, in the format of ssh-keygen(1), ALLOWED SIGNERS',
    })
  return { state, environment, signers, people: { approvers, operators } }
}

/** An environment by itself, without a runbook. @throws {DocumentError} {UsageError} */
export async function readEnvironment(path: string, described: Surroundings['described']): Promise<Environment> {
  const { environment, diagnostics } = await loadEnvironment(await openSource(path), await described())
  if (environment === undefined) throw new DocumentError(diagnostics)
  return environment
}

/** Whoever started this program, among the principals. */
export function principalHere(environment: Environment): string {
  return principalOf(environment, userInfo().username)
}

/** A request to which approvals that wait in the inbox count as given: nobody has to answer twice. */
export async function withWaiting(request: OpenRequest, { state, people }: ApprovalSite): Promise<OpenRequest> {
  const { answers } = await answersIn(runFolder(state, request.run))
  const waiting = answers.flatMap(({ answer }) =>
    answer.decision === 'approve' && refuseUnsigned(answer, request, people, Date.now()) === undefined
      ? [answer.principal]
      : [],
  )
  return { ...request, given: [...new Set([...request.given, ...waiting])] }
}

/** @throws {NeedsPerson} `approval` when the answer would not count */
export function refuseInVain(unsigned: UnsignedAnswer, request: OpenRequest, { people }: ApprovalSite): void {
  const refusal = refuseUnsigned(unsigned, request, people, Date.now())
  if (refusal !== undefined) throw refusalError(refusal)
}

/**
 * Puts an answer into the run's inbox, once it is certain that the run would take it.
 *
 * @param request of {@link withWaiting}
 * @returns what was accepted, the file's path, and how many approvals are still wanted
 * @throws {NeedsPerson} `approval` when it does not count
 */
export async function deliver(
  answer: Answer,
  request: OpenRequest,
  { state, environment, signers, people }: ApprovalSite,
): Promise<{ readonly accepted: AcceptedAnswer; readonly path: string; readonly wanted: number }> {
  const files = { allowedSigners: signers.path, revokedKeys: environment.revokedKeys }
  const now = new Date()
  const verdict = await verifyAnswer(answer, request, people, signatureChecker(files, now), now.getTime())
  if (!verdict.accepted) throw refusalError(verdict)
  const path = await putIntoInbox(runFolder(state, request.run), 'approval', writeAnswer(answer))
  const approved = new Set([...request.given, ...(verdict.decision === 'approve' ? [verdict.by] : [])])
  return { accepted: verdict, path, wanted: Math.max(0, request.count - approved.size) }
}

function refusalError({ message, hint }: RefusedAnswer): NeedsPerson {
  return new NeedsPerson('approval', message, { hint })
}
