import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { renderExploration } from '../render/render-exploration.ts'
import { Stop } from '../run/stop.ts'
import type { Surroundings } from './command.ts'
import type { Output } from './output.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { oneOperand } from './operands.ts'
import { openSource } from './open-documents.ts'
import type { Arguments } from './parse-arguments.ts'
import { printResult } from './print-result.ts'
import { openState } from './state-argument.ts'
import { UsageError } from './usage-error.ts'
import { watchSignals } from './watch-signals.ts'

const kinds = ['crash-everywhere', 'fault-everywhere'] as const

/** Whether a rehearsal is to be disturbed everywhere instead of being shown once. */
export function wantsExploration(args: Arguments): boolean {
  const wanted = kinds.some((kind) => args.flag(kind))
  if (wanted && args.flag('fault'))
    throw new UsageError('`--fault` has no meaning with an exploration, which has every fault')
  if (wanted && args.flag('against'))
    throw new UsageError('`--against` has no meaning with an exploration, which measures no time')
  if (!wanted && args.flag('sample'))
    throw new UsageError('`--sample` has no meaning without `--crash-everywhere` or `--fault-everywhere`')
  return wanted
}

/** Explores crashes, faults, or one after the other, and prints a table of each. Exit code 0 only when all is clean. */
export async function exploreRunbook(
  args: Arguments,
  { stdout, stderr, families, toolVersion }: Surroundings,
): Promise<ExitCode> {
  const sample = countOf(args.value('sample'))
  const seed = seedOf(process.env['RUNBOOK_TEST_SEED'])
  const file = oneOperand(args, 'runbook')
  await openSource(file)
  const state = await openState(args)
  const explore = await import('../sandbox/explore/explore.ts')
  const stop = new Stop()
  using _watch = watchSignals(
    stop,
    () => stderr.write('stopping behind this one\n'),
    () => process.exit(exitCodes.interrupted),
  )
  const reports = []
  for (const kind of kinds.filter((each) => args.flag(each))) {
    const folder = join(
      state.path,
      'explorations',
      `${kind}-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}-${process.pid}`,
    )
    const parts = { file, families: await families(), toolVersion, folder, sample, seed, signal: stop.requested }
    const report = await explore.explorations[kind]({ ...parts, progress: progressTo(stderr, kind) }).catch(
      (error: unknown) => {
        rmSync(folder, { recursive: true, force: true }) // half a world is of use to nobody
        throw error
      },
    )
    reports.push(report)
    if (!args.flag('json')) stdout.write(renderExploration(report, explore.isClean, stdout.paint))
  }
  const clean = reports.every(({ explored }) => explored.every(({ verdict }) => explore.isClean(verdict)))
  const exitCode = clean ? exitCodes.done : exitCodes.failed
  if (args.flag('json'))
    printResult(stdout, exitCode, {
      explorations: reports.map((report) => ({ ...report, rows: Object.fromEntries(report.rows) })),
    })
  return exitCode
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,5}$/.test(text)) return Number.parseInt(text, 10)
  throw new UsageError(`\`--sample\` wants a whole number from 1, found \`${text}\``)
}

/** @throws {UsageError} */
function seedOf(text: string | undefined): number {
  if (text === undefined || text === '') return Date.now() % 1_000_000
  if (/^\d{1,9}$/.test(text)) return Number.parseInt(text, 10)
  throw new UsageError(`variable \`RUNBOOK_TEST_SEED\` wants a whole number, found \`${text}\``)
}

/** On a terminal a line that changes, else one for each tenth. */
function progressTo(stderr: Output, kind: string): (done: number, of: number) => void {
  let told = -1
  return (done, of) => {
    if (stderr.screen !== undefined) {
      stderr.write(done < of ? `\r${kind}: ${done + 1} of ${of} ` : '\r\u001b[K')
      return
    }
    const tenth = Math.floor((10 * done) / Math.max(1, of))
    if (tenth === told) return
    told = tenth
    stderr.write(`${kind}: ${done} of ${of}\n`)
  }
}
