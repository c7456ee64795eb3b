import type { Json, JsonObject } from '../../../engine/step/json.ts'
import type { QueryDialect } from './query-service.ts'
import type { Shape, StructureShape } from './shapes.ts'

/**
 * A form as the JSON that it stands for, by the shape of the request: `Filter.1.Value.2=x` is the second value of the first filter. What
 * the shape has not is left out; what is not of its type stays text, so that validation refuses it.
 */
export function readQuery(form: URLSearchParams, shape: StructureShape, dialect: QueryDialect): JsonObject {
  const tree: Tree = { members: new Map() }
  for (const [name, value] of form) {
    let at = tree
    for (const part of name.split('.')) {
      const next: Tree = at.members.get(part) ?? { members: new Map() }
      at.members.set(part, next)
      at = next
    }
    at.text = value
  }
  return structureOf(tree, shape, dialect)
}

interface Tree {
  text?: string
  readonly members: Map<string, Tree>
}

function structureOf(tree: Tree, { members }: StructureShape, dialect: QueryDialect): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, shape]) => {
      const found = tree.members.get(name)
      return found === undefined ? [] : [[name, valueOf(found, shape, dialect)] as const]
    }),
  )
}

function valueOf(tree: Tree, shape: Shape, dialect: QueryDialect): Json {
  const { text = '' } = tree
  switch (shape.kind) {
    case 'structure':
      return structureOf(tree, shape, dialect)
    case 'list': {
      const items = dialect.requestItem === undefined ? tree : tree.members.get(dialect.requestItem)
      return [...(items?.members ?? [])]
        .sort(([one], [other]) => Number(one) - Number(other))
        .map(([, item]) => valueOf(item, shape.of, dialect))
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text
    case 'map':
    case 'blob':
    case 'enum':
    case 'string':
      return text
  }
}
