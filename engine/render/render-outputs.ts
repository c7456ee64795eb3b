import { readableValue } from '../run/readable-value.ts'
import type { Json } from '../step/json.ts'
import { indent } from './columns.ts'
import { isTable, renderTable } from './render-table.ts'

/**
 * `name: value`; what takes several lines stands below its name, a list of flat objects as a table.
 *
 * @param width columns of the terminal; absent: nothing has to fit
 */
export function renderOutputs(
  outputs: { readonly [name: string]: Json },
  width: number = Number.POSITIVE_INFINITY,
): string {
  const lines = Object.entries(outputs).flatMap(([name, value]) => {
    if (Array.isArray(value) && value.length === 0) return [`${name}: none`]
    const table = isTable(value) ? renderTable(value, width - 2) : undefined
    if (table !== undefined) return [`${name}:`, ...indent(table)]
    const [first = '', ...rest] = readableValue(value).filter((line, at, all) => line !== '' || at < all.length - 1)
    return rest.length === 0 && !isList(value) ? [`${name}: ${first}`] : [`${name}:`, ...indent([first, ...rest])]
  })
  return lines.map((line) => `${line}\n`).join('')
}

function isList(value: Json): boolean {
  return typeof value === 'object' && value !== null
}
