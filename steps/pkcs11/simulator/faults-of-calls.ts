import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CallsElsewhere, type TokenFaultName, tokenFaultNames } from '../../../engine/step/simulator.ts'

/**
 * The faults of PKCS#11 calls, kept where the thread that makes the calls reads them: `plan` has a line `FUNCTION NUMBER FAULT`
 * for each fault, `calls` a line for each call since `plan` is there.
 */
export function faultsOfCalls(folder: string): CallsElsewhere {
  const plan = join(folder, 'plan')
  const counted = (): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>()
    for (const name of linesOf(join(folder, 'calls'))) counts.set(name, (counts.get(name) ?? 0) + 1)
    return counts
  }
  return {
    faultsOf: (operation) => lookingFaults.get(operation) ?? tokenFaultNames,
    inject(operation, ahead, fault) {
      const taken = new Set(linesOf(plan).map((line) => line.split(' ').slice(0, 2).join(' ')))
      let number = (counted().get(operation) ?? 0) + ahead
      while (taken.has(`${operation} ${number}`)) number += 1
      appendFileSync(plan, `${operation} ${number} ${fault}\n`, { mode: 0o600 })
    },
    count: () => appendFileSync(plan, '', { mode: 0o600 }),
    counted,
  }
}

/**
 * Calls that only look: whether a device failed, was removed, or lost the answer is all one to who asked (`device`), and so is which
 * of the calls of one search failed.
 */
const lookingFaults: ReadonlyMap<string, readonly TokenFaultName[]> = new Map([
  ['C_FindObjectsInit', ['device-error', 'session-closed', 'logged-out']],
  ['C_GetAttributeValue', ['device-error', 'session-closed', 'logged-out']],
  ['C_FindObjects', ['device-error']],
  ['C_FindObjectsFinal', ['device-error']],
  ['C_GetSessionInfo', ['device-error']],
  ['C_GetSlotList', ['device-error']],
  ['C_GetTokenInfo', ['device-error']],
])

function linesOf(path: string): readonly string[] {
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
}
