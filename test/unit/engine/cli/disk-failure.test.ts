import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { describeFailure } from '../../../../engine/cli/describe-failure.ts'

const standing = { done: [], notDone: [], goOn: 'runbook resume' }

async function refusalOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}

describe('an error of the operating system', () => {
  it('says what it means and what to do, and is no bug', async () => {
    const error = await refusalOf(async () => {
      const file = await open('/dev/full', constants.O_WRONLY)
      try {
        await file.write('x')
      } finally {
        await file.close()
      }
    })
    expect(describeFailure(error, standing)).toMatchObject({
      code: 'disk',
      message: '`write` failed: the disk is full (`ENOSPC`)',
      hint: expect.stringContaining('make room'),
      stack: undefined,
    })
  })

  it('names the file where it is known', () => {
    const error = Object.assign(new Error('EMFILE: too many open files'), {
      code: 'EMFILE',
      syscall: 'open',
      path: '/x',
    })
    expect(describeFailure(error, standing).message).toBe(
      '`open` of `/x` failed: this process has too many files open (`EMFILE`)',
    )
  })

  it('is a bug where nobody can act on it', () => {
    expect(describeFailure(Object.assign(new Error('EBADF'), { code: 'EBADF' }), standing).code).toBe('bug')
  })
})
