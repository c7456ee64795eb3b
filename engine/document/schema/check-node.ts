import type { Report } from '../../diagnostics/collector.ts'
import type { Span } from '../../diagnostics/diagnostic.ts'
import { fits } from '../../expressions/fits.ts'
import type { Node } from '../../expressions/node.ts'
import type { Schema } from '../../expressions/schema.ts'
import { describeType, type Type } from '../../expressions/type.ts'
import { problemsOfBranches } from './check-branches.ts'
import { problemsOfList } from './check-list.ts'
import { problemsOfMap } from './check-map.ts'
import { problemsOfScalar, problemsOfType } from './check-scalar.ts'
import { firstKeyOf, type Place, type ValueProblem } from './place.ts'
import { describeSchema } from '../describe.ts'

/** Everything in which a value differs from its schema, each mistake once. */
export function problemsOf(place: Place): readonly ValueProblem[] {
  const { node, schema, holes } = place
  if (node.kind === 'scalar' && node.refused === true) return []
  const type = holes?.get(node)
  if (type !== undefined) return problemsOfHole(place, type)
  if (schema['x-runbook-template'] === true) return problemsOfType({ ...place, holes: noHoles })
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) return problemsOfBranches(place, problemsOf)
  if (schema.allOf !== undefined) return schema.allOf.flatMap((part) => problemsOf({ ...place, schema: part }))
  const wrongType = problemsOfType(place)
  if (wrongType.length > 0) return wrongType
  switch (node.kind) {
    case 'scalar':
      return problemsOfScalar(place, node)
    case 'list':
      return problemsOfList(place, node, problemsOf)
    case 'map':
      return problemsOfMap(place, node, problemsOf)
  }
}

/** Reports everything in which a node differs from its schema. */
export function checkNode(
  node: Node,
  schema: Schema,
  {
    report,
    key = firstKeyOf(node),
    holes,
  }: { report: Report; key?: Span; holes?: ReadonlyMap<Node, Type> | undefined },
): void {
  for (const { path: _, ...problem } of problemsOf({ node, schema, path: '', key, holes })) report(problem)
}

const noHoles: ReadonlyMap<Node, Type> = new Map()

function problemsOfHole({ node, schema, path }: Place, type: Type): readonly ValueProblem[] {
  if (fits(type, schema)) return []
  const wanted = describeSchema(typeof schema.type === 'string' ? { type: schema.type } : schema)
  const message = `wanted ${wanted}, found ${describeType(type)}`
  const hint = conversion(schema, type)
  return [{ code: 'type-mismatch', message, ...(hint === undefined ? {} : { hint }), span: node.span, path }]
}

function conversion(schema: Schema, type: Type): string | undefined {
  if (schema.type === 'string' && ['integer', 'number', 'boolean', 'other'].includes(type.kind))
    return 'convert it with `string(…)`'
  if (schema.type === 'integer' && (type.kind === 'string' || type.kind === 'number')) return 'convert it with `int(…)`'
  if (schema.type === 'number' && type.kind === 'string') return 'convert it with `double(…)`'
  return undefined
}
