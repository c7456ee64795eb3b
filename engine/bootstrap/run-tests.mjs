// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.mjs'

const vitest = 'node_modules/vitest/vitest.mjs'
const runtimes = {
  Node: [process.execPath, vitest],
  Bun: ['node_modules/.bin/bun', '--bun', vitest],
}

/**
 * Runs the tests on Node, then on Bun, and ends with a line `N passed, N failed` over both.
 *
 * @param {string} root
 * @param {readonly string[]} args for vitest, such as names of test files
 * @returns {Promise<number>} 0 when everything passed on both
 */
export async function runTests(root, args) {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-test-'))
  const total = { passed: 0, failed: 0 }
  try {
    for (const [name, [program = '', ...before]] of Object.entries(runtimes)) {
      console.log(`\ntests on ${name}`)
      const report = join(folder, `${name}.json`)
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
      const code = await run(program, [...before, 'run', ...reporters, ...args], { cwd: root })
      const { passed, failed } = count(report)
      total.passed += passed
      // an error outside of any test fails the run without failing a test
      total.failed += code !== 0 && failed === 0 ? 1 : failed
      if (code > 128) break // somebody stopped it
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 ? 0 : 1
}

/** @param {string} report vitest's, in JSON */
function count(report) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
    const unreadable = testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    )
    return { passed: numPassedTests, failed: numFailedTests + unreadable.length }
  } catch {
    return { passed: 0, failed: 0 } // no report: its exit code says what to count
  }
}
