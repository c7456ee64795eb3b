import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { cli } from './sandbox-process.ts'

const runbook = `runbook: hold
format: 1
version: 1.0.0
title: Hold the state folder
again: converge
steps:
  - { id: hold, wait: 1h }
`
const environment = `environment: site
format: 1
kind: test
bindings: {}
`

interface Seen {
  readonly child: ChildProcess
  readonly exit: number | null
  readonly said: string
}

it(
  'one of fifty processes runs, 49 say who holds it, and a suspended holder is not robbed',
  { timeout: 240_000 },
  async () => {
    using workshop = new Workshop({ 'hold.yaml': runbook, 'site.yaml': environment })
    const args = ['apply', 'hold.yaml', '--env', 'site.yaml', '--yes', '--state', join(workshop.dir, 'state')]
    const start = (): ChildProcess =>
      spawn(process.execPath, [cli, ...args], {
        cwd: workshop.dir,
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      })
    const end = async (child: ChildProcess): Promise<Seen> => {
      const { stderr } = child
      if (stderr === null) throw new Error('it is piped')
      const [said, [exit]] = await Promise.all([text(stderr), once(child, 'close')])
      return { child, exit: exit as number | null, said } // of ChildProcess
    }
    const children = Array.from({ length: 50 }, start)
    const ends = children.map(end)
    try {
      const refused: Seen[] = []
      await new Promise<void>((resolve) => {
        for (const ended of ends)
          void ended.then((seen) => {
            refused.push(seen)
            if (refused.length === 49) resolve()
          })
      })
      const holder = children.find((child) => !refused.some((seen) => seen.child === child))
      for (const { exit, said } of refused) {
        expect(exit).toBe(4)
        expect(said).toContain('hold')
        expect(said).toMatch(new RegExp(`\\b${String(holder?.pid)}\\b`))
      }

      holder?.kill('SIGSTOP')
      const robber = await end(start())
      expect(robber.exit).toBe(4)
      expect(robber.said).toMatch(new RegExp(`\\b${String(holder?.pid)}\\b`))

      holder?.kill('SIGCONT')
      holder?.kill('SIGTERM')
      const last = await ends[children.indexOf(holder ?? children[0] ?? start())]
      expect(last?.exit).toBe(130)
    } finally {
      for (const child of children) child.kill('SIGKILL')
    }
  },
)
