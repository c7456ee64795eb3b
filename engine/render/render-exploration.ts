import { columns, indent } from './columns.ts'
import { elapsed } from './elapsed.ts'
import type { Paint } from './paint.ts'

/** What is shown of one crash or one fault. */
export interface ShownTrial {
  readonly row: string
  readonly point: string
  readonly step: string
  readonly kept: string | undefined
  readonly verdict: {
    readonly how: 'done' | 'in-doubt' | 'person' | 'stopped'
    readonly met: boolean
    readonly stops: number
    readonly honest: boolean
    readonly message: string | undefined
    readonly doubled: readonly string[]
    readonly lost: readonly string[]
    readonly leaked: readonly string[]
  }
}

export interface ShownExploration {
  readonly kind: 'crash' | 'fault'
  readonly runbook: string
  /** By row: how many points or faults there are. */
  readonly rows: ReadonlyMap<string, number>
  readonly points: number
  readonly states: number
  readonly seed: number | undefined
  readonly explored: readonly ShownTrial[]
  readonly tookMs: number
}

/** A table with a row a step, or a row a call, and below it what is not clean, each with how to see it again. */
export function renderExploration(
  report: ShownExploration,
  isClean: (verdict: ShownTrial['verdict']) => boolean,
  paint: Paint,
): string {
  const { kind, rows, explored, points } = report
  const heads =
    kind === 'crash'
      ? ['step', 'points', 'disks', 'resumed', 'in doubt', 'doubled', 'lost', 'leaked']
      : [
          'call',
          'faults',
          'tried',
          'not met',
          'went on',
          'resumed',
          'in doubt',
          'for a person',
          'doubled',
          'lost',
          'leaked',
        ]
  const row = (name: string, count: number, trials: readonly ShownTrial[]): string[] => [
    name,
    ...[count, ...numbersOf(kind, trials)].map(String),
  ]
  const body = [...rows]
    .map(([name, count]) => ({ name, count, trials: explored.filter((each) => each.row === name) }))
    .filter(({ trials }) => trials.length > 0)
    .map(({ name, count, trials }) => row(name, count, trials))
  const table = rightAligned([heads, ...body, row('all', points, explored)])
  const unclean = explored.filter(({ verdict }) => !isClean(verdict))
  const verdict =
    unclean.length === 0
      ? paint('✔ clean', 'green')
      : paint(`✖ ${unclean.length} of ${explored.length} not clean`, 'red')
  const blocks = [
    [titleOf(report)],
    [...table.slice(0, 1).map((line) => paint(line, 'bold')), ...table.slice(1)],
    ...unclean.map((trial) => troubleOf(trial, paint)),
    [`${verdict}, in ${elapsed(report.tookMs)}`],
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function titleOf({ kind, runbook, points, states, seed, explored }: ShownExploration): string {
  const sample = seed === undefined ? '' : `; a sample of ${explored.length}, RUNBOOK_TEST_SEED=${seed}`
  return kind === 'crash'
    ? `${runbook}: power lost at each of ${points} points, which leave ${states} different disks${sample}`
    : `${runbook}: each of ${points} faults of its calls${sample}`
}

/** The cells behind the count of points or faults. */
function numbersOf(kind: ShownExploration['kind'], trials: readonly ShownTrial[]): number[] {
  const count = (claim: (verdict: ShownTrial['verdict']) => boolean): number =>
    trials.filter(({ verdict }) => claim(verdict)).length
  const inDoubt = count(({ how }) => how === 'in-doubt')
  const ended = [
    count(({ doubled }) => doubled.length > 0),
    count(({ lost, how, honest }) => lost.length > 0 || how === 'stopped' || (how === 'person' && !honest)),
    count(({ leaked }) => leaked.length > 0),
  ]
  const done = count(({ how }) => how === 'done')
  const person = count(({ how }) => how === 'person')
  if (kind === 'crash') return [trials.length, done, inDoubt, ...ended]
  const notMet = count(({ met }) => !met)
  const wentOn = count(({ met, how, stops }) => met && how === 'done' && stops === 0)
  return [trials.length, notMet, wentOn, done - wentOn - notMet, inDoubt, person, ...ended]
}

function troubleOf({ point, step, kept, verdict }: ShownTrial, paint: Paint): string[] {
  const { how, honest, message, doubled, lost, leaked } = verdict
  const rows = [
    ['step', step],
    ...(how === 'stopped' ? [['lost', `the rest of the run: ${message}`]] : []),
    ...(how === 'person' && !honest ? [['lost', `the rest of the run, which a person holds up: ${message}`]] : []),
    ...(how === 'in-doubt' && !honest ? [['in doubt', `though it could be settled: ${message}`]] : []),
    ...doubled.map((what) => ['doubled', what]),
    ...lost.map((what) => ['lost', what]),
    ...leaked.map((what) => ['leaked', what]),
    ...(kept === undefined ? [] : [['left behind', kept]]),
  ]
  return [`${paint('✖', 'red')} ${point}`, ...indent(columns(rows))]
}

/** Columns whose cells but the first stand to the right. */
function rightAligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return columns(rows.map((row) => row.map((cell, at) => (at === 0 ? cell : cell.padStart(widths[at] ?? 0)))))
}
