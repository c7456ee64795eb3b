import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'

/** What tells one process from every other one, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it began, in the words of the system; with `pid` and `boot` it is unique. */
  readonly began: string
  /** Changes with each start of the machine. */
  readonly boot: string
  /** Process ids mean something within one of these only (containers). */
  readonly pidNamespace: string
  readonly host: string
  readonly user: string
}

export function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    began: beganAt(process.pid) ?? 'unknown',
    boot: bootId(),
    pidNamespace: pidNamespace(),
    host: hostname(),
    user: userName(),
  }
}

/**
 * Whether a process is provably dead. Not provable is alive: a suspended holder, another machine, another container.
 */
export function isProvablyDead(holder: ProcessIdentity): boolean {
  if (holder.host !== hostname()) return false
  if (holder.boot !== bootId()) return true // same machine, started again since
  if (holder.pidNamespace !== pidNamespace()) return false
  try {
    return beganAt(holder.pid) !== holder.began
  } catch {
    return false // nothing is proven about what cannot be looked at
  }
}

/** @returns `undefined` when there is no such process, or only its remains */
function beganAt(pid: number): string | undefined {
  if (process.platform !== 'linux') return beganAtByPs(pid)
  try {
    const { state, began } = readStat(`/proc/${pid}/stat`)
    return isOver(state) && !hasLivingThread(pid) ? undefined : began
  } catch (error) {
    if (isGone(error)) return undefined
    throw error // what cannot be looked at is not dead
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
}

function readStat(path: string): { readonly state: string | undefined; readonly began: string | undefined } {
  const stat = readFileSync(path, 'utf8')
  // the second field is the program's name in parentheses and may hold anything: count from behind it
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0], began: fields[19] }
}

function isOver(state: string | undefined): boolean {
  return state === 'Z' || state === 'X'
}

/** A killed process looks dead while one of its threads is still inside a call that nothing can interrupt, into an HSM's driver say. */
function hasLivingThread(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).some((thread) => {
    try {
      return !isOver(readStat(`/proc/${pid}/task/${thread}/stat`).state)
    } catch {
      return false // it ended meanwhile
    }
  })
}

function beganAtByPs(pid: number): string | undefined {
  try {
    // the start is told in local time and language: the same for whoever asks
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim()
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined // ps found none
    throw error // what cannot be looked at is not dead
  }
}

function bootId(): string {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()
}

function pidNamespace(): string {
  return process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : 'one'
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}` // no entry in passwd, as in containers
  }
}
