import { readableValue } from '../run/readable-value.ts'
import type { Json } from '../step/json.ts'
import { indent } from './columns.ts'

/** `name: value`; what takes several lines stands below its name. */
export function renderOutputs(outputs: { readonly [name: string]: Json }): string {
  const lines = Object.entries(outputs).flatMap(([name, value]) => {
    const [first = '', ...rest] = readableValue(value).filter((line, at, all) => line !== '' || at < all.length - 1)
    return rest.length === 0 && !isList(value) ? [`${name}: ${first}`] : [`${name}:`, ...indent([first, ...rest])]
  })
  return lines.map((line) => `${line}\n`).join('')
}

function isList(value: Json): boolean {
  return typeof value === 'object' && value !== null
}
