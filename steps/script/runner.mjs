// @ts-check
/**
 * The process in which one function of one script runs: `runner.mjs FOLDER`, started by run-script.ts as the leader of a process group,
 * with a pipe on descriptor 3 that ends when the engine does.
 *
 * FOLDER holds `request.json`, `start.mjs`, which imports the script, and afterwards `result.json`. Whatever way it ends, it takes its
 * group with it: nothing that the script started and that is still in the group goes on.
 */
import { mkdirSync, readFileSync, readSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

const lifeline = 3

// not awaited here: a module that never comes to its end keeps Bun from ending
if (isMainThread) void runScript(process.argv[2] ?? '')
else watchLifeline()

/** Ends the group when the engine is gone, also while the script keeps its own thread busy. */
function watchLifeline() {
  parentPort?.postMessage('watching')
  for (;;) {
    try {
      readSync(lifeline, Buffer.alloc(1)) // returns when the other end is closed
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) break
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    }
  }
  endGroup()
}

/** The group of this process, and no other: there is one of that number only when it is the leader. */
function endGroup() {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}

/** @param {string} folder */
async function runScript(folder) {
  let reported = false
  /** @param {object} result */
  const report = (result) => {
    if (reported) return
    reported = true
    // in one piece: a result that is there is whole
    writeFileSync(join(folder, 'result.json.new'), JSON.stringify(result), { mode: 0o600 })
    renameSync(join(folder, 'result.json.new'), join(folder, 'result.json'))
  }
  process.on('exit', (exitCode) => {
    report({ ended: 'early', began: began(), exitCode })
    endGroup()
  })
  /** @param {unknown} error */
  const fail = async (error) => {
    report({ ended: 'thrown', began: began(), ...described(error) })
    await written()
    process.exit(1)
  }
  process.on('uncaughtException', (error) => void fail(error))
  process.on('unhandledRejection', (error) => void fail(error))
  try {
    await watched()
    const { name, parameters } = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8'))
    offerZx(folder)
    await import('zx/globals')
    const { [name]: run, all } = await import(pathToFileURL(join(folder, 'start.mjs')).href)
    report(await resultOf(name, run, all, parameters))
    await written()
    process.exit(0)
  } catch (error) {
    await fail(error)
  }
}

/**
 * @param {'default' | 'check'} name
 * @param {unknown} run
 * @param {object} all
 * @param {{ hasCheck: boolean, given: object }} parameters
 */
async function resultOf(name, run, all, { hasCheck, given }) {
  if ('check' in all && !hasCheck) return { ended: 'undeclared-check', began: true }
  if (typeof run !== 'function') return { ended: 'no-function', began: true, name }
  const value = (await run(given)) ?? {}
  const text = JSON.stringify(value)
  if (text === undefined || !text.startsWith('{')) return { ended: 'no-object', began: true, found: typeof value }
  return { ended: 'returned', began: true, value }
}

/** Whether the script's own code was reached: start.mjs says so between linking the modules and running them. */
function began() {
  return Reflect.get(globalThis, Symbol.for('runbook.script.began')) === true
}

async function watched() {
  const watcher = new Worker(new URL(import.meta.url))
  await new Promise((resolve, reject) => watcher.once('message', resolve).once('error', reject))
  watcher.unref() // now, as under Bun listening takes it back
}

/** For scripts that import zx by name instead of taking its globals. @param {string} folder */
function offerZx(folder) {
  const home = dirname(dirname(fileURLToPath(import.meta.resolve('zx/globals'))))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(home, join(folder, 'node_modules/zx'))
}

/** What was written so far is in the pipes. */
async function written() {
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve))
}

/** @param {unknown} error */
function described(error) {
  if (!(error instanceof Error)) return { message: String(error), stack: '' }
  const { message, stack = '' } = error
  /** @type {Record<string, unknown>} */
  const { code, hint, outcomeUnknown, exitCode, signal, stderr } = Object(error)
  // a command of zx that failed: its message is a report of several lines
  const command = 'stderr' in error && (typeof exitCode === 'number' || typeof signal === 'string')
  return {
    message,
    stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(typeof outcomeUnknown === 'boolean' ? { outcomeUnknown } : {}),
    ...(command ? { command: { exitCode, signal, stderr: String(stderr).slice(-2000) } } : {}),
  }
}
