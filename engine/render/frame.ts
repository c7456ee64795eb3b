import { bottomRow } from './bottom-row.ts'
import { clockTime, roughly, ticking } from './clock-time.ts'
import type { Doing, LiveRun, RunningStep } from './live-run.ts'
import { stepText } from './outcome-text.ts'
import type { Look, Moment } from './look.ts'
import type { Style } from './paint.ts'
import { type Cell, paintRow } from './paint-row.ts'

/** What a drawing may fill. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Entries ahead are shown where there is room, no more than these. */
const mostAhead = 3

/**
 * What runs, drawn: a row for each step, the one that runs longest first, another row for what it waits for where there is room, and
 * how far the run is at the bottom. No row wraps, and no more rows are drawn than fit.
 *
 * @param leftMs how long what is ahead takes, see `RemainingWork`
 */
export function frame(
  live: LiveRun,
  size: Size,
  moment: Moment,
  look: Look,
  leftMs: { readonly ms: number; readonly atLeast: boolean },
): readonly string[] {
  const columns = Math.max(1, size.columns - 1) // a full row leaves the cursor in the air
  const room = size.rows <= 12 ? size.rows - 3 : Math.floor((size.rows * 2) / 3)
  const row = (cells: readonly Cell[]): string => paintRow(cells, columns, look.paint, look.marks.ellipsis)
  const bottom = bottomRow(live, columns, moment, look, leftMs)
  return [...runningRows(live, Math.max(0, room), moment, look).map(row), bottom]
}

function runningRows(live: LiveRun, room: number, moment: Moment, look: Look): readonly (readonly Cell[])[] {
  const { running, work } = live
  const { marks } = look
  if (running.size > room) {
    const most = Math.max(0, room - 1)
    const rows = [...first(running.values(), most)].map((each) => stepRow(each, moment, look))
    const more = { text: `${marks.ellipsis} and ${running.size - most} more running`, style: 'dim' as const }
    return room === 0 ? rows : [...rows, [{ text: '  ' }, more]]
  }
  const steps = [...running.values()].map((each) => ({
    row: stepRow(each, moment, look),
    doing: doingRow(each.doing, live, moment, look),
  }))
  const detailed = steps.length + steps.filter(({ doing }) => doing !== undefined).length <= room
  const rows = steps.flatMap(({ row, doing }) => (detailed && doing !== undefined ? [row, doing] : [row]))
  const ahead = live.stopping ? [] : work.ahead(Math.min(mostAhead, room - rows.length))
  return [
    ...rows,
    ...ahead.map((entry): readonly Cell[] => [
      { text: `${marks.ahead} ${stepText(entry)}`, style: 'dim' },
      { text: `  ${entry.title}`, style: 'dim', gives: true },
    ]),
  ]
}

function stepRow({ step, since, doing }: RunningStep, { now }: Moment, { marks }: Look): readonly Cell[] {
  const took = now - since
  const style = styles[doing.kind]
  return [
    {
      text: `${doing.kind === 'asking' ? marks.asking : doing.kind === 'undoing' ? marks.undone : marks.running} `,
      style,
    },
    { text: stepText(step), style: 'bold' },
    { text: `  ${step.title}`, gives: true },
    ...(took < 1000 ? [] : [{ text: `  ${ticking(took)}`, style: 'dim' as const }]),
  ]
}

const styles: Readonly<Record<Doing['kind'], Style>> = {
  working: 'cyan',
  applying: 'cyan',
  waiting: 'cyan',
  retrying: 'yellow',
  asking: 'yellow',
  undoing: 'yellow',
}

/** What it waits for and until when, the moment first: it is what a narrow terminal has to keep. */
function doingRow(doing: Doing, live: LiveRun, moment: Moment, look: Look): readonly Cell[] | undefined {
  const when = (at: number): string => momentText(at, live, moment, look)
  switch (doing.kind) {
    case 'working':
      return undefined
    case 'applying':
      return [{ text: `    applying, effect ${doing.effectId}`, style: 'dim' }]
    case 'waiting':
      return [
        { text: `    until ${when(doing.until)}${doing.what === 'waiting' ? '' : `: ${doing.what}`}`, style: 'dim' },
      ]
    case 'retrying':
      return [{ text: `    attempt ${doing.attempt} at ${when(doing.at)}: ${doing.message}`, style: 'yellow' }]
    case 'asking':
      return [{ text: `    ${doing.whom}`, style: 'yellow' }]
    case 'undoing':
      return [{ text: '    taking it back', style: 'yellow' }]
  }
}

function momentText(at: number, { clockLeaps }: LiveRun, { wall }: Moment, { offset }: Look): string {
  if (Number.isNaN(at)) return 'an unknown time'
  const left = at - wall
  return `${clockTime(at, wall, offset)}${clockLeaps || left < 1000 ? '' : ` (in ${left < 60_000 ? ticking(left) : roughly(left)})`}`
}

function* first<T>(values: Iterable<T>, most: number): Generator<T> {
  let number = 0
  for (const value of values) {
    if (number === most) return
    number += 1
    yield value
  }
}
