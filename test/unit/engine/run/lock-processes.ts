import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

/** What a holder said: see `lock-holder.ts`. */
export interface Said {
  readonly ready?: number
  readonly held?: number
  readonly released?: number
  readonly refused?: string
}

export interface HolderProcess {
  readonly pid: number
  tell(what: 'take' | 'release'): Promise<Said>
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves when it is gone and its remains are cleared away. */
  killed(): Promise<void>
}

/** Makes the program of a holder that Node and Bun can start. */
export async function buildHolder(folder: string): Promise<string> {
  const outfile = join(folder, 'lock-holder.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'lock-holder.ts')],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
  })
  return outfile
}

/** @param launcher a shell that starts the holder and never clears its remains away; absent: this process does */
export async function startHolder(program: string, state: string, launcher?: string): Promise<HolderProcess> {
  const child: ChildProcessWithoutNullStreams =
    launcher === undefined
      ? spawn(process.execPath, [program, state])
      : spawn('sh', ['-c', launcher, 'sh', process.execPath, program, state])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Said> => {
    const { value } = await lines.next()
    return JSON.parse(String(value)) as Said // said by `lock-holder.ts`
  }
  const exited = once(child, 'exit')
  const { ready } = await next()
  if (ready === undefined) throw new Error('a holder says that it is ready first')
  return {
    pid: ready,
    tell(what) {
      child.stdin.write(`${what}\n`)
      return next()
    },
    signal: (name) => void process.kill(ready, name),
    async killed() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
