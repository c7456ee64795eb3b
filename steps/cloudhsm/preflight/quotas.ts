import { definePreflightLook, type Finding, type PreflightStep } from '../../../engine/step/preflight.ts'
import { roomFor } from '../room.ts'

/** Whether what the steps create fits into the account's quotas. */
export const quotas = definePreflightLook({
  name: 'quotas',
  summary: 'Counts the clusters and HSMs of an account, and those that the steps create',
  capability: 'aws',
  async look(target, { steps, signal, now }): Promise<readonly Finding[]> {
    const clusters = countOf(steps, 'cloudhsm.create-cluster') + countOf(steps, 'cloudhsm.restore-cluster')
    const hsms = countOf(steps, 'cloudhsm.create-hsm')
    if (clusters + hsms === 0) return []
    const limits = { ...limitOf(steps, 'clusterLimit'), ...limitOf(steps, 'hsmLimit') }
    const { clustersFree, hsmsFree } = await roomFor({ target, signal, now }, limits)
    const what = 'quotas of AWS CloudHSM'
    const room = `room for ${clustersFree} clusters and ${hsmsFree} HSMs`
    const detail = `${room}, the steps create ${clusters} and ${hsms}`
    if (clusters <= clustersFree && hsms <= hsmsFree) return [{ what, verdict: 'good', detail }]
    const hint = 'ask AWS for higher quotas, delete what nobody needs, or say the quotas in `cloudhsm.check-quota`'
    return [{ what, verdict: 'bad', detail, hint }]
  },
})

function countOf(steps: readonly PreflightStep[], type: string): number {
  return steps.filter(({ uses }) => uses === type).length
}

/** What a step that checks the quota says that it is. */
function limitOf(steps: readonly PreflightStep[], name: string): { readonly [name: string]: number } {
  const limits = steps.flatMap(({ uses, inputs: { [name]: limit } }) =>
    uses === 'cloudhsm.check-quota' && typeof limit === 'number' ? [limit] : [],
  )
  return limits.length === 0 ? {} : { [name]: Math.min(...limits) }
}
