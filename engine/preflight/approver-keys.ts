import { isRevoked } from '../approval/revoked-keys.ts'
import { count, listNames } from '../diagnostics/list-names.ts'
import { allows, approvalNamespace, type AllowedSigner } from '../document/allowed-signers.ts'
import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { entriesOfRunbook } from '../document/walk-entries.ts'
import { signerTimes } from '../document/signer-times.ts'
import type { Finding } from '../step/preflight.ts'
import type { RunTime } from './window-ahead.ts'
import { StepError } from '../step/errors.ts'

/**
 * Whether enough people of each role that the gates ask for can sign, beside the operator: with a key among the allowed signers that counts
 * in the namespace of approvals, during the run, and is not revoked.
 *
 * @param operator the principal of whoever is about to run it
 */
export async function approverKeys(
  runbook: Runbook,
  environment: Environment,
  operator: string,
  time: RunTime,
): Promise<readonly Finding[]> {
  const { allowedSigners } = environment
  return Promise.all(
    [...countsByRole(runbook)].map(async ([role, wanted]): Promise<Finding> => {
      const what = `approvers of role \`${role}\``
      const people = environment.approvers.get(role) ?? []
      if (allowedSigners === undefined && environment.kind === 'sandbox')
        return { what, verdict: 'good', detail: 'a sandbox answers approvals itself: `--approve-all`' }
      if (allowedSigners === undefined)
        return {
          ...{ what, verdict: 'bad', detail: 'the environment names no `allowedSigners`: nobody can sign' },
          hint: 'add `allowedSigners: FILE`, in the format of ssh-keygen(1), ALLOWED SIGNERS',
        }
      const reasons = new Map<string, string>()
      try {
        for (const name of people) {
          const why = await cannotSign(name, allowedSigners.signers, environment.revokedKeys, time)
          if (why !== undefined) reasons.set(name, why)
        }
      } catch (error) {
        if (!StepError.is(error) || error.code === 'cancelled') throw error
        return {
          what,
          verdict: 'bad',
          detail: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        }
      }
      const able = people.filter((name) => !reasons.has(name))
      return { what, ...judged(able, wanted, operatorAmong(able, environment, operator), reasons) }
    }),
  )
}

/** The most approvals that one gate asks of each role. */
function countsByRole(runbook: Runbook): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const entry of entriesOfRunbook(runbook)) {
    const rule = entry.kind === 'step' || entry.kind === 'manual' ? entry.approval : undefined
    if (rule !== undefined) counts.set(rule.role, Math.max(rule.count, counts.get(rule.role) ?? 0))
  }
  return counts
}

function operatorAmong(able: readonly string[], { operators }: Environment, operator: string): string | undefined {
  const all = new Set([...operators.values(), operator])
  return able.find((name) => all.has(name))
}

function judged(
  able: readonly string[],
  wanted: number,
  operating: string | undefined,
  reasons: ReadonlyMap<string, string>,
): Omit<Finding, 'what'> {
  const others = [...reasons].map(([name, why]) => `\`${name}\` ${why}`)
  const found = [`${able.length} can sign, wanted ${wanted}`, ...others].join('; ')
  const hint = 'add who else may approve, with their keys, to the environment'
  if (able.length < wanted) return { verdict: 'bad', detail: found, hint }
  if (able.length === wanted && operating !== undefined)
    return { verdict: 'bad', detail: `${found} beside the operator, who may be \`${operating}\``, hint }
  const names = listNames(able, 'and')
  return {
    verdict: 'good',
    detail: [`${names} can sign, wanted ${count(wanted, 'approval')}`, ...others].join('; '),
  }
}

/** @returns why not; `undefined` when a key of theirs counts */
async function cannotSign(
  name: string,
  signers: readonly AllowedSigner[],
  revokedKeys: string | undefined,
  { from, to }: RunTime,
): Promise<string | undefined> {
  const own = signers.filter((signer) => allows(signer, name, approvalNamespace))
  if (own.length === 0) return 'has no key among the allowed signers'
  const timely = own.filter((signer) => {
    const { after, before } = signerTimes(signer)
    return after <= from && to < before
  })
  if (timely.length === 0) return 'has no key that counts during the run'
  if (revokedKeys === undefined) return undefined
  for (const { keyBase64 } of timely) if (!(await isRevoked(keyBase64, revokedKeys))) return undefined
  return 'has a revoked key only'
}
