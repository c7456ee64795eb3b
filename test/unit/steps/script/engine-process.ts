import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runScript } from '../../../../steps/script/run-script.ts'

/** Runs `waiting.mjs` of a folder; ends when something is written to its stdin. */
const folder = process.argv[2] ?? ''
process.stdin.once('data', () => process.exit(0))
const bytes = readFileSync(join(folder, 'waiting.mjs'))
await runScript(
  { path: '/waiting.mjs', sha256: '', bytes, effect: 'once', hasCheck: false, outputs: {} },
  {
    name: 'default',
    given: { inputs: { folder } },
    effectId: 'an.effect',
    sandbox: true,
    signal: new AbortController().signal,
  },
)
