import type { PlacedEntry } from '../journal/entry.ts'
import type { Json } from '../journal/json.ts'
import { columns, indent } from './columns.ts'
import type { Paint } from './paint.ts'

/** So many characters of a value are shown. */
const longestShown = 200

/** One record of a journal for people: number, time and key, and below them the members of its value. */
export function renderRecord({ seq, at, key, value }: PlacedEntry, paint: Paint): string {
  const head = `${paint(String(seq), 'dim')}  ${at}  ${paint(key, 'bold')}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${head}  ${shown(value)}\n`
  const rows = Object.entries(value).map(([name, member]) => [name, shown(member)])
  return [head, ...indent(columns(rows), 4)].map((line) => `${line}\n`).join('')
}

/** On one line: control characters of a text are shown as JSON writes them. */
function shown(value: Json): string {
  const json = JSON.stringify(value)
  const plain = typeof value === 'string' && json.length === value.length + 2 && value !== ''
  const text = plain ? value : json
  if (text.length <= longestShown) return text
  return `${text.slice(0, longestShown)}… (${text.length} characters, all with \`--json\`)`
}
