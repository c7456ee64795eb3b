import { isDeepStrictEqual } from 'node:util'
import { readableValue } from '../run/readable-value.ts'
import type { Json } from '../step/json.ts'
import type { Paint, Style } from './paint.ts'

/** What goes and what comes; what stays is not shown. */
export function planDiff(before: Json | undefined, after: Json | undefined, paint: Paint): string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]))
    return changed.flatMap((name) => [
      ...signed('-', only(before, name), paint, 'red'),
      ...signed('+', only(after, name), paint, 'green'),
    ])
  }
  return [...signed('-', before, paint, 'red'), ...signed('+', after, paint, 'green')]
}

function only(value: { readonly [name: string]: Json }, name: string): Json | undefined {
  const member = value[name]
  return member === undefined ? undefined : { [name]: member }
}

function signed(sign: string, value: Json | undefined, paint: Paint, style: Style): string[] {
  return value === undefined ? [] : readableValue(value).map((line) => paint(`${sign} ${line}`, style))
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
