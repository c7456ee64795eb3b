import { existsSync, readFileSync } from 'node:fs'
import type { Family } from '../step/family.ts'
import { describedFamilies } from './described-families.ts'
import { outputTo } from './output.ts'
import { programWords } from './program-words.ts'
import { startedAs } from './quote.ts'
import { runCommandLine } from './run-command-line.ts'
import { toolVersion } from './tool-version.ts'

/*
 * Wires the streams. The only file that knows which families of steps there are.
 */

const [runtime = process.execPath, script = '', ...argv] = process.argv
const { PATH: path = '', npm_command: npmCommand } = process.env
startedAs(programWords({ runtime: process.execPath, script, cwd: process.cwd(), path, byNpx: npmCommand === 'exec' }))
const noColor = argv.includes('--no-color')
const stdout = outputTo(process.stdout, process.env, noColor)
const stderr = outputTo(process.stderr, process.env, noColor)

/** A bug of ours: told like everything else, through the redactor. */
process.on('uncaughtException', (error) => {
  stderr.write(
    `error[bug]: ${error.stack ?? error.message}\nhint: report it; the journal is safe and the run can be resumed\n`,
  )
  void stderr.flush().finally(() => process.exit(1))
})

const description = new URL('families.json', import.meta.url) // is written by the build
let loaded: readonly Family[] | undefined
const families = async (): Promise<readonly Family[]> => (loaded ??= (await import('../../steps/index.ts')).families)
const exitCode = await runCommandLine(argv, {
  stdout,
  stderr,
  families,
  described: async () =>
    existsSync(description) ? describedFamilies(readFileSync(description, 'utf8')) : await families(),
  words: ['runbook', ...argv],
  program: [runtime, script],
  toolVersion: toolVersion(),
})
await stdout.flush()
await stderr.flush()
// sockets kept alive and worker threads would let it linger
process.exit(exitCode)
