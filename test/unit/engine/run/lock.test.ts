import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockHolder, takeLock } from '../../../../engine/run/lock.ts'
import { thisProcess } from '../../../../engine/run/process-identity.ts'
import { buildHolder, type HolderProcess, startHolder } from './lock-processes.ts'

let programs: string
let program: string
let path: string
let holders: HolderProcess[]

beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'runbook-lock-program-'))
  program = await buildHolder(programs)
})

afterAll(() => rm(programs, { recursive: true }))

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'runbook-lock-'))
  await mkdir(join(path, 'locks'))
  holders = []
})

afterEach(async () => {
  for (const holder of holders) await holder.killed()
  await rm(path, { recursive: true })
})

async function start(launcher?: string): Promise<HolderProcess> {
  const holder = await startHolder(program, path, launcher)
  holders.push(holder)
  return holder
}

async function race(count: number): Promise<{ readonly winner: HolderProcess; readonly losers: readonly string[] }> {
  const racers = await Promise.all(Array.from({ length: count }, () => start()))
  const said = await Promise.all(racers.map((racer) => racer.tell('take')))
  const winners = racers.filter((_, n) => said[n]?.held !== undefined)
  expect(winners).toHaveLength(1)
  const [winner] = winners
  if (winner === undefined) throw new Error('one wins')
  return { winner, losers: said.flatMap(({ refused }) => refused ?? []) }
}

/** The lock file of a holder that differs from this process in something. */
async function heldBy(change: object, number = 3): Promise<void> {
  const holder = { ...thisProcess(), purpose: 'run x', since: '2026-11-22T13:00:00.000Z', ...change }
  await writeFile(join(path, 'locks', `${number}.json`), JSON.stringify(holder))
}

/** @returns `taken`, or why not */
async function taken(): Promise<string> {
  try {
    await using _lock = await takeLock({ path }, 'test')
    expect(await readdir(join(path, 'locks'))).toHaveLength(1)
    return 'taken'
  } catch (error) {
    expect(error).toMatchObject({ name: 'NeedsPerson', reason: 'locked' })
    return error instanceof Error ? error.message : ''
  }
}

describe('the lock, between processes', () => {
  it('goes to one of many, and the others are told who has it', async () => {
    const { winner, losers } = await race(6)
    expect(losers).toHaveLength(5)
    for (const refused of losers) expect(refused).toContain(`locked by test ${winner.pid}: process ${winner.pid} of`)
    expect(await lockHolder({ path })).toMatchObject({ pid: winner.pid })
  })

  it('is taken over by one of many when its holder was killed', async () => {
    const holder = await start()
    expect(await holder.tell('take')).toEqual({ held: holder.pid })
    expect(await taken()).toContain(`process ${holder.pid} of`)
    await holder.killed()
    const { winner } = await race(4)
    expect(await lockHolder({ path })).toMatchObject({ pid: winner.pid })
    expect(await winner.tell('release')).toEqual({ released: winner.pid })
    expect(await readdir(join(path, 'locks'))).toEqual([])
  })

  it('is not taken from a stopped process', async () => {
    const holder = await start()
    await holder.tell('take')
    holder.signal('SIGSTOP')
    expect(await taken()).toContain(`process ${holder.pid} of`)
    holder.signal('SIGCONT')
    expect(await holder.tell('release')).toEqual({ released: holder.pid })
    expect(await taken()).toBe('taken')
  })

  it.skipIf(process.platform !== 'linux')(
    'is taken from a dead process whose remains nobody cleared away',
    async () => {
      // standard input of a background program is given to it by hand; `sleep` takes the shell's place and waits for nobody
      const holder = await start('exec 3<&0; "$@" <&3 & exec sleep 600 >/dev/null 2>&1')
      await holder.tell('take')
      holder.signal('SIGKILL')
      // its first thread may be over before the others are
      while (!(await isOver(holder.pid))) await new Promise((resolve) => setImmediate(resolve))
      expect(await taken()).toBe('taken')
    },
  )
})

describe('the lock, by what its holder was', () => {
  it('is not taken from another host, nor from another process namespace, which cannot be judged', async () => {
    await heldBy({ host: 'elsewhere', boot: 'another', pid: 999_999_999 })
    expect(await taken()).toContain('`elsewhere`')
    await heldBy({ pidNamespace: 'another', pid: 999_999_999 })
    expect(await taken()).toContain('locked by run x')
  })

  it('is taken when the machine started again since', async () => {
    await heldBy({ boot: 'another' })
    expect(await taken()).toBe('taken')
  })

  it('is taken when the process is gone, or its number belongs to another one now', async () => {
    await heldBy({ pid: 999_999_999 })
    expect(await taken()).toBe('taken')
    await heldBy({ began: 'earlier' })
    expect(await taken()).toBe('taken')
  })

  it('is held as long as one of several holders may be alive', async () => {
    await heldBy({ host: 'elsewhere' }, 2)
    await heldBy({ pid: 999_999_999 }, 3)
    expect(await taken()).toContain('`elsewhere`')
    expect((await readdir(join(path, 'locks'))).sort()).toEqual(['2.json', '3.json'])
  })

  it('is free when it was released, and tells nobody then', async () => {
    const lock = await takeLock({ path }, 'first')
    expect(await taken()).toContain('locked by first')
    await lock[Symbol.asyncDispose]()
    expect(await lockHolder({ path })).toBeUndefined()
    expect(await taken()).toBe('taken')
  })
})

/** Whether nothing of a process runs any more, and only its remains are left. */
async function isOver(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`)
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => ') Z ')),
  )
  return stats.every((stat) => /\) [ZX] /.test(stat))
}
