import { definePreflightLook, type Finding } from '../../engine/step/preflight.ts'
import { neededMechanisms, nameOfMechanism } from './needed-mechanisms.ts'
import { sessionsPerToken } from './token/native-calls.ts'
import { asPkcs11Token } from './token/token.ts'

/** Whether a token offers what the steps will ask of it. */
export const mechanisms = definePreflightLook({
  name: 'mechanisms',
  summary: 'Holds the mechanisms of a token against those that the steps need',
  capability: 'token',
  async look(target, { steps, signal }): Promise<readonly Finding[]> {
    const token = asPkcs11Token(target)
    const needed = neededMechanisms(steps, token.dialect)
    if (needed.length === 0) return []
    const { mechanisms: offered } = await token.offer(signal)
    const missing = needed.filter(({ anyOf }) => !anyOf.some((each) => offered.includes(each)))
    const found = needed.filter((each) => !missing.includes(each))
    const names = [...new Set(found.flatMap(({ anyOf }) => anyOf.filter((each) => offered.includes(each))))]
    return [
      ...(found.length === 0
        ? []
        : [
            { what: 'mechanisms', verdict: 'good' as const, detail: `offers ${names.map(nameOfMechanism).join(', ')}` },
          ]),
      ...missing.map(({ anyOf, steps: ids }) => ({
        what: `mechanism ${anyOf.map(nameOfMechanism).join(' or ')}`,
        verdict: 'bad' as const,
        detail: `the token does not offer it; needed by ${ids.map((id) => `\`${id}\``).join(', ')}`,
        hint: "look it up in the HSM's documentation: firmware, policy or FIPS mode may switch it off",
      })),
    ]
  },
})

/** Whether a token has sessions left for a run. */
export const sessions = definePreflightLook({
  name: 'sessions',
  summary: 'Counts the sessions that a token has left',
  capability: 'token',
  async look(target, { signal }): Promise<readonly Finding[]> {
    const token = asPkcs11Token(target)
    const { maxSessions: most, sessions: taken } = await token.offer(signal)
    const what = 'free sessions'
    // CK_EFFECTIVELY_INFINITE and CK_UNAVAILABLE_INFORMATION, which is all bits set
    if (most === 0) return [{ what, verdict: 'good', detail: 'any number' }]
    if (!isCount(most) || !isCount(taken))
      return [{ what, verdict: 'unknown', detail: 'the token does not tell how many it has' }]
    const detail = `${most - taken} of ${most}`
    if (most - taken >= sessionsPerToken()) return [{ what, verdict: 'good', detail }]
    const hint = 'end programs that hold sessions of this token'
    return [{ what, verdict: 'bad', detail: `${detail}, wanted ${sessionsPerToken()}`, hint }]
  },
})

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 0xffff_ffff
}
