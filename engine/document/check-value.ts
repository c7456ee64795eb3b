import type { Json } from '../step/json.ts'
import { nodeOf } from '../expressions/node-value.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { Type } from '../expressions/type.ts'
import type { Node } from '../expressions/node.ts'
import { problemsOf } from './schema/check-node.ts'

export interface ValueMistake {
  readonly code: string
  /** Where in the value: `tags[0].name`; empty for the whole. */
  readonly path: string
  /** Without the path. */
  readonly message: string
}

/**
 * Checks a value that stands in no file, such as the outputs of a step, against its schema.
 *
 * @returns every mistake; none when the value is as the schema wants it
 */
export function checkValue(value: Json, schema: object): readonly ValueMistake[] {
  const node = nodeOf(value)
  const key = { start: 0, end: 0 }
  return problemsOf({ node, schema: schemaFrom(schema), path: '', key, holes: noHoles }).map(
    ({ code, path, message }) => ({ code, path, message }),
  )
}

const noHoles: ReadonlyMap<Node, Type> = new Map()
