import { displayWidth } from '../diagnostics/display-width.ts'
import { clockTime, roughly } from './clock-time.ts'
import type { LiveRun } from './live-run.ts'
import type { Look, Moment } from './look.ts'
import type { Style } from './paint.ts'

interface Fact {
  readonly text: string
  /** Said where there is little room. */
  readonly brief?: string
  readonly style?: Style
}

/** How far it is. What does not fit is left out from the end, and never cut in the middle of a number. */
export function bottomRow(
  live: LiveRun,
  columns: number,
  moment: Moment,
  look: Look,
  left: { readonly ms: number; readonly atLeast: boolean },
): string {
  const { paint, marks } = look
  const { done, total, more } = live.work.counts
  const { windowUntil, windowShort, stopping, undone } = live
  const closes = windowUntil === undefined ? undefined : clockTime(windowUntil, moment.wall, look.offset)
  const short = windowShort || (windowUntil !== undefined && !live.clockLeaps && moment.wall + left.ms > windowUntil)
  const leftText = `${left.atLeast ? 'at least' : 'about'} ${roughly(left.ms)} left`
  const facts: (Fact | undefined)[] = [
    stopping ? { text: 'stopping', style: 'yellow' } : undefined,
    { text: `${done} of ${total}${more ? '+' : ''} done`, brief: `${done}/${total}${more ? '+' : ''} done` },
    undone > 0 ? { text: `${undone} taken back`, style: 'yellow' } : undefined,
    live.running.size > 0 ? { text: `${live.running.size} running` } : undefined,
    closes !== undefined && short ? { text: `window closes ${closes}`, style: 'yellow' } : undefined,
    left.ms >= 1000 ? { text: leftText, brief: `~${roughly(left.ms)} left` } : undefined,
    closes !== undefined && !short ? { text: `window closes ${closes}` } : undefined,
  ]
  const told = facts.filter((fact) => fact !== undefined)
  const turning = marks.turning[moment.turn % marks.turning.length] ?? ''
  const room = columns - displayWidth(turning) - 1
  if (room < 0) return ''
  const fitting = fit(told, room, marks.between)
  const texts = fitting.map(({ text, style }) => (style === undefined ? text : paint(text, style)))
  return `${paint(turning, 'cyan')} ${texts.join(marks.between)}`.trimEnd()
}

function fit(facts: readonly Fact[], room: number, between: string): readonly Fact[] {
  const width = (of: readonly Fact[]): number => displayWidth(of.map(({ text }) => text).join(between))
  if (width(facts) <= room) return facts
  let briefly = facts.map((fact) => ({ ...fact, text: fact.brief ?? fact.text }))
  while (briefly.length > 0 && width(briefly) > room) briefly = briefly.slice(0, -1)
  return briefly
}
