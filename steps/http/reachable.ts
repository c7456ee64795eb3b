import { StepError } from '../../engine/step/errors.ts'
import { definePreflightLook, type Finding } from '../../engine/step/preflight.ts'
import { send } from './send.ts'

const timeoutMs = 10_000

/** Whether a site answers at all; what it says of its first page matters to nobody. */
export const reachable = definePreflightLook({
  name: 'reachable',
  summary: 'Asks a web site for its first page',
  capability: 'site',
  async look({ baseUrl }, { signal }): Promise<readonly Finding[]> {
    const what = 'reachable'
    try {
      const { status } = await send({ method: 'HEAD', url: new URL(baseUrl), signal, timeoutMs })
      const detail = `answers with status ${status}`
      if (status < 500) return [{ what, verdict: 'good', detail }]
      return [{ what, verdict: 'bad', detail, hint: 'ask who runs it' }]
    } catch (error) {
      if (!StepError.is(error) || error.code === 'cancelled') throw error
      return [{ what, verdict: 'bad', detail: error.message, hint: error.hint ?? 'check the network and the address' }]
    }
  },
})
