import { readdirSync, readFileSync } from 'node:fs'

/** Numbers of the process groups that programs were started in and that are not over. */
const living = new Set<number>()
let watched = false

/** From now on the group ends with this process, however that ends itself; nothing helps against SIGKILL. */
export function watchGroup(leader: number): void {
  if (!watched) process.on('exit', killAllGroups)
  watched = true
  living.add(leader)
}

export function forgetGroup(leader: number): void {
  living.delete(leader)
}

/** Ends whatever programs still run, without asking them. For a process that is about to end in a way that tells nobody. */
export function killAllGroups(): void {
  for (const leader of living) signalGroup(leader, 'SIGKILL')
}

/** Whether anybody of a group still runs. Outside Linux also remains count that their parent has not looked at yet. */
export function groupLives(leader: number): boolean {
  if (!signalGroup(leader, 0)) return false
  return process.platform !== 'linux' || readdirSync('/proc').some((name) => /^\d+$/.test(name) && runsIn(leader, name))
}

function runsIn(leader: number, pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the second field is the program's name in parentheses and may hold anything: count from behind it
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(group) === leader && !['Z', 'X'].includes(state)
  } catch {
    return false // it ended meanwhile
  }
}

/**
 * A group's number stays its own as long as anybody of it is left, also when its leader is gone.
 *
 * @param signal 0 only asks
 * @returns false when nobody was there, or nobody that may be sent signals (programs of another user)
 */
export function signalGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-leader, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return false
    throw error
  }
}
