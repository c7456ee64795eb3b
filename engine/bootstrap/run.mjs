// @ts-check
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a program to its end, with our terminal as its own.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} options `quiet`: both its streams go to our stderr
 *   and it has no input, as stdout is for results
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it, 127 when it is not there
 */
export async function run(program, args, { cwd, env = process.env, quiet = false }) {
  const child = spawn(program, args, { cwd, env, stdio: quiet ? ['ignore', 2, 2] : 'inherit' })
  // a terminal sends Ctrl-C to the child as well, which decides when to end
  const ignore = () => {}
  const forward = () => void child.kill('SIGTERM')
  process.on('SIGINT', ignore)
  process.on('SIGTERM', forward)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', (error) => ('code' in error && error.code === 'ENOENT' ? resolve(127) : reject(error)))
      child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]))
    })
  } finally {
    process.off('SIGINT', ignore)
    process.off('SIGTERM', forward)
  }
}
