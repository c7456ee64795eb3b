// @ts-check
/**
 * Has the faults that a sandbox asks for in the calls of its tokens. Loaded by the thread of a module for a sandbox only.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Return values of injected faults (`CKR_`). */
const codes = new Map([
  ['host-memory', 0x2],
  ['device-error', 0x30],
  ['device-removed', 0x32],
  ['session-closed', 0xb0],
  ['session-handle-invalid', 0xb3],
  ['lost', 0x6],
])

/**
 * In the folder, a line of `plan` is function, number of the call, fault; a line of `calls` a call, counted as soon as there is a
 * plan. What was counted survives the process, so a fault happens once.
 *
 * @param {string} folder
 * @param {(session: unknown) => void} logOut as a token does by itself when it restarts
 * @returns {(name: string, values: readonly unknown[]) => { code: number, made: boolean } | undefined} the fault of a
 *   call that is about to be made; `made`: after it was made
 */
export function injectedFaults(folder, logOut) {
  const [plan, calls] = [join(folder, 'plan'), join(folder, 'calls')]
  return (name, values) => {
    if (!existsSync(plan)) return undefined
    appendFileSync(calls, `${name}\n`, { mode: 0o600 })
    const number = linesOf(calls).filter((each) => each === name).length
    const line = linesOf(plan).find((each) => each.startsWith(`${name} ${number} `))
    const fault = line?.split(' ')[2] ?? ''
    if (fault === 'logged-out') logOut(values[0])
    const code = codes.get(fault)
    return code === undefined ? undefined : { code, made: fault === 'lost' }
  }
}

/** @param {string} path */
const linesOf = (path) => readFileSync(path, 'utf8').split('\n')
