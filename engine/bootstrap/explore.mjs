// @ts-check
/** Explores every crash and every fault of every shipped runbook, with what `npm run build` made. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const runbooks = join(root, 'runbooks')
const files = readdirSync(runbooks)
  .filter((name) => name.endsWith('.yaml') && existsSync(join(runbooks, name.replace(/\.yaml$/, '.rehearsal.yaml'))))
  .map((name) => join('runbooks', name))
const state = mkdtempSync(join(tmpdir(), 'runbook-explore-'))
let failed = 0
for (const file of files) {
  const words = ['dist/bin/runbook.js', 'rehearse', file, '--state', state, ...process.argv.slice(2)]
  const codes = await Promise.all(
    ['--crash-everywhere', '--fault-everywhere'].map((option) =>
      run(process.execPath, [...words, option], { cwd: root }),
    ),
  )
  failed += codes.filter((code) => code !== 0).length
}
if (failed === 0) rmSync(state, { recursive: true, force: true })
process.exitCode = failed === 0 ? 0 : 1
