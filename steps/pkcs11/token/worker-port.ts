import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { parallelCalls } from './native-calls.ts'
import type { Answer, Question } from './protocol.ts'

/** The way to a thread that owns a module. An idle one does not keep the process alive. */
export interface WorkerPort {
  /** @param transfer memory that is handed over, so that no copy stays here, where that is possible */
  ask(question: Question, transfer: readonly ArrayBuffer[]): void
  onAnswer(take: (answer: Answer) => void): void
  onEnd(take: (message: string, cause?: Error) => void): void
  ref(): void
  unref(): void
  end(): Promise<void>
}

/** A thread of this process. */
export function threadPort(): WorkerPort {
  // beside this file in the sources, in dist and in a bundle; SHARE_ENV because modules read the process's variables
  const file = new URL('./worker.mjs', import.meta.url)
  const faults = new URL('./injected-faults.mjs', import.meta.url) // loaded for a sandbox only
  const workerData = { parallel: parallelCalls(), faults: faults.href }
  const worker = new Worker(file, { env: SHARE_ENV, name: 'pkcs11', workerData })
  return {
    ask: (question, transfer) => worker.postMessage(question, [...transfer]),
    onAnswer: (take) => void worker.on('message', take),
    onEnd(take) {
      worker.on('error', (error) => take(`PKCS#11 thread failed: ${error.message}`, error))
      worker.on('exit', (exitCode) => take(`PKCS#11 thread ended with code ${exitCode}`))
    },
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    end: async () => void (await worker.terminate()),
  }
}

/** The thread of a process of its own, which has variables of its own and ends with this one. For simulators. */
export function processPort(environment: Readonly<Record<string, string>>): WorkerPort {
  const file = fileURLToPath(new URL('./worker-process.mjs', import.meta.url))
  const child = fork(file, [], {
    env: { ...process.env, ...environment },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  // Bun's has neither: there the child's own are enough
  const channel: Partial<Record<'ref' | 'unref', () => void>> | null | undefined = child.channel
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    ask: (question) => void child.send(question),
    // it answers what the thread answers
    onAnswer: (take) => void child.on('message', (answer) => take(answer as unknown as Answer)),
    onEnd(take) {
      child.on('error', (error) => take(`PKCS#11 process failed: ${error.message}`, error))
      child.on('exit', (exitCode) => take(`PKCS#11 process ended with code ${exitCode}`))
    },
    ref() {
      child.ref()
      channel?.ref?.()
    },
    unref() {
      child.unref()
      channel?.unref?.()
    },
    end() {
      child.ref()
      child.kill('SIGKILL')
      return ended
    },
  }
}
