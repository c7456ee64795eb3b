// @ts-check
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/**
 * Does `work` while no other process on this machine does, as `npm ci` twice at once would leave neither result.
 *
 * @param {string} file the lock; holds the process id of its owner, and is taken over from a dead one
 * @param {() => Promise<void>} work
 */
export async function withLock(file, work) {
  let said = false
  while (!take(file)) {
    const owner = ownerOf(file)
    if (owner !== undefined && !alive(owner)) {
      rmSync(file, { force: true })
      continue
    }
    if (!said) console.error(`waiting for another set-up of this checkout (process ${owner ?? 'unknown'})`)
    said = true
    await setTimeout(200)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release) // also when a signal handler ends us
  try {
    await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** `undefined`: gone by now, or not written yet. @param {string} file */
function ownerOf(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
