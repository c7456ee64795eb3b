import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../../../../engine/bootstrap/with-lock.mjs'

describe('the lock of a set-up', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runbook-lock-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('lets one in at a time', async () => {
    const file = join(folder, 'lock')
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
    }
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)])
    expect(most).toBe(1)
    expect(existsSync(file)).toBe(false)
  })

  it('is taken over from a dead process', async () => {
    const file = join(folder, 'lock')
    writeFileSync(file, '4194305') // above the highest process id of Linux
    let owner = ''
    await withLock(file, async () => {
      owner = readFileSync(file, 'utf8')
      return Promise.resolve()
    })
    expect(owner).toBe(String(process.pid))
  })

  it('is released when the work fails', async () => {
    const file = join(folder, 'lock')
    await expect(withLock(file, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
    expect(existsSync(file)).toBe(false)
  })
})
