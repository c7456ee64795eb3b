// @ts-check
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build-if-stale.mjs'
import { installNpmPackages } from './npm-packages.mjs'
import { run } from './run.mjs'
import { runTests } from './run-tests.mjs'
import { SetUpError } from './set-up-error.mjs'
import { installSystemPackages } from './system-packages.mjs'
import { withLock } from './with-lock.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')

/**
 * Sets the checkout up, as far as that is not done, and does what the command says.
 *
 * @param {string} command `start`, `test` or `ensure`
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function bootstrap(command, args) {
  if (!['start', 'test', 'ensure'].includes(command)) {
    console.error(`unknown command \`${command}\`; expected \`start\`, \`test\` or \`ensure\``)
    return 2
  }
  try {
    await withLock(resolve(root, '.set-up.lock'), async () => {
      await installSystemPackages(root, { forTests: command === 'test' })
      await installNpmPackages(root)
      await buildIfStale(root)
    })
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    console.error(error.message)
    return error.exitCode
  }
  if (command === 'ensure') return 0
  if (command === 'test') return runTests(root, args)
  const files = args.length > 0 ? args : ['runbooks/portable-root.yaml']
  return run(process.execPath, ['dist/bin/runbook.js', 'rehearse', ...files, '--state', '.runbook'], { cwd: root })
}
