import { clockLook, definePreflightLook, type Finding } from '../../engine/step/preflight.ts'
import { clockOffset } from './sts.ts'

/** AWS refuses signatures that are five minutes off; a run should not begin near that. */
const mostSeconds = 60

/** Compares this machine's clock with that of AWS. */
export const clock = definePreflightLook({
  name: clockLook,
  summary: "Compares this machine's clock with the `Date` of an answer of AWS STS",
  capability: 'aws',
  async look(target, { signal }): Promise<readonly Finding[]> {
    const what = 'clock'
    const offsetMs = await clockOffset(target, signal)
    if (offsetMs === undefined) return [{ what, verdict: 'unknown', detail: 'AWS answered without a time' }]
    // an answer tells whole seconds
    const seconds = Math.floor(Math.abs(offsetMs) / 1000)
    if (seconds <= 1) return [{ what, verdict: 'good', detail: 'agrees with AWS' }]
    const detail = `this machine is ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} AWS`
    if (seconds <= mostSeconds) return [{ what, verdict: 'good', detail }]
    return [{ what, verdict: 'bad', detail, hint: 'set the clock, and let NTP keep it' }]
  },
})
