import type { Report } from '../diagnostics/collector.ts'
import { itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { weekdays, type DeclaredInterval, type DeclaredWindows, type OnceInterval } from './declared-interval.ts'
import { localTimePattern } from './grammar/windows-grammar.ts'
import { zoneMistake } from './zone-name.ts'

/** Reads the `windows:` and `freezes:` of an environment, whose grammar was checked before. */
export async function readWindows(root: MapNode, report: Report): Promise<DeclaredWindows> {
  const windows = itemsOf(member(root, 'windows')).flatMap((node) => readInterval(node, report) ?? [])
  const freezes = itemsOf(member(root, 'freezes')).flatMap((node) => readInterval(node, report) ?? [])
  await refuseVanishing(windows, report)
  return { windows, freezes }
}

/** `undefined` when something is wrong with it, which was or is reported. */
function readInterval(node: Node, report: Report): DeclaredInterval | undefined {
  const weekly = member(node, 'weekly')
  const zone = readZone(member(node, 'zone'), report)
  const from = readTime(member(node, 'from'), weekly, report)
  const to = readTime(member(node, 'to'), weekly, report)
  if (zone === undefined || from === undefined || to === undefined) return undefined
  const declared = { from, to, zone, title: stringOf(member(node, 'title')), span: node.span }
  if (weekly !== undefined) {
    const names = itemsOf(weekly).map(stringOf)
    return { kind: 'weekly', days: weekdays.filter((day) => names.includes(day)), ...declared }
  }
  if (from < to) return { kind: 'once', ...declared }
  const span = member(node, 'to')?.span ?? node.span
  report({ code: 'empty-interval', message: `\`to\` is not after \`from\`: wanted later than \`${from}\``, span })
  return undefined
}

function readZone(node: Node | undefined, report: Report): string | undefined {
  const name = stringOf(node)
  if (node === undefined || name === undefined || name === '') return undefined
  const mistake = zoneMistake(name)
  if (mistake === undefined) return name
  report({ code: 'unknown-zone', ...mistake, span: node.span })
  return undefined
}

/** A date and a time, or beside `weekly` a time alone; `undefined` when it is neither. */
function readTime(node: Node | undefined, weekly: Node | undefined, report: Report): string | undefined {
  const text = stringOf(node)
  const form = localTime.exec(text ?? '')
  if (node === undefined || text === undefined || form === null) return undefined // the grammar said so
  const date = form[1]?.slice(0, -1)
  if (weekly !== undefined && date !== undefined) {
    const message = `wanted a time of day beside \`weekly\`, found the string \`${text}\``
    const hint = `write \`${text.slice(date.length + 1)}\`, or leave \`weekly\` out`
    report({ code: 'wrong-form', message, hint, span: node.span })
  } else if (weekly === undefined && date === undefined) {
    const message = `wanted a date and time such as \`2026-11-28T${text}\`, found the string \`${text}\``
    report({ code: 'wrong-form', message, hint: 'add the date, or `weekly: [sat]`', span: node.span })
  } else if (date !== undefined && !isRealDate(date)) {
    report({ code: 'no-such-date', message: `there is no day \`${date}\``, hint: 'mend the date', span: node.span })
  } else return text
  return undefined
}

const localTime = new RegExp(localTimePattern)

function isRealDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00Z`) // takes some days that are not there for the first of the next month
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}

/** What lies where clocks are changed may have nothing left that is certain. Weekly ones come back on another day. */
async function refuseVanishing(windows: readonly DeclaredInterval[], report: Report): Promise<void> {
  const once = windows.filter((window): window is OnceInterval => window.kind === 'once')
  if (once.length === 0) return
  const { timesBetween } = await import('./zone-times.ts') // on use: most environments declare nothing
  for (const { from, to, zone, span } of once) {
    if (timesBetween({ from, to, zone }, 'narrow') !== undefined) continue
    const message = `window from \`${from}\` to \`${to}\` is empty: clocks in \`${zone}\` are changed then`
    const hint = 'use times before or after the change, or `zone: UTC`'
    report({ code: 'empty-interval', message, hint, span })
  }
}
