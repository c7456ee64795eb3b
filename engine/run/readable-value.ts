import { Unknown, type Value } from '../expressions/value.ts'

/**
 * A value as indented lines that a reviewer reads, with what is not known yet named. The same value gives the same lines.
 */
export function readableValue(value: Value): string[] {
  if (value instanceof Unknown) return [`(known after ${value.waitsFor.map((id) => `\`${id}\``).join(', ')})`]
  if (Array.isArray(value)) return value.flatMap((item: Value) => labelled('-', item))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, member]) => labelled(`${name}:`, member))
  return String(value).split('\n')
}

function labelled(label: string, value: Value): string[] {
  const [first = '', ...rest] = readableValue(value)
  const inline = rest.length === 0 && (typeof value !== 'object' || value === null || value instanceof Unknown)
  return inline ? [`${label} ${first}`] : [label, ...indent([first, ...rest])]
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
