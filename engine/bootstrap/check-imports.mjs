// @ts-check
/**
 * Checks the import rules in `.dependency-cruiser.cjs`, and that they saw every source: with a TypeScript that it cannot
 * use, dependency-cruiser looks at nothing and reports success.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const { stdout, stderr } = spawnSync(
  join(root, 'node_modules/.bin/depcruise'),
  ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'engine', 'steps'],
  { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] },
)
if (stderr !== '') console.error(stderr)

/** @type {{ modules: { source: string }[], summary: { violations: Violation[] } }} */
const { modules, summary } = JSON.parse(stdout)
/** @typedef {{ from: string, to: string, rule: { name: string }, comment?: string, cycle?: { name: string }[] }} Violation */

for (const { from, to, rule, cycle } of summary.violations) {
  console.error(`${rule.name}: ${from} → ${cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ')}`)
}
const seen = new Set(modules.map(({ source }) => source))
const unseen = ['engine', 'steps'].flatMap(sourcesIn).filter((source) => !seen.has(source))
for (const source of unseen) console.error(`not looked at: ${source}`)
console.log(`${seen.size} modules, ${summary.violations.length} violations`)
process.exitCode = summary.violations.length + unseen.length > 0 ? 1 : 0

/** @param {string} folder @returns {string[]} */
function sourcesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? sourcesIn(path) : /[.](ts|mjs)$/.test(path) ? [path] : []
  })
}
