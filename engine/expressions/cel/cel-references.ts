import type { ASTNode } from '@marcbachmann/cel-js'
import type { Range, Reference } from '../reference.ts'

/** Every path in an expression that starts at a name of the scope, in the order of the text. */
export function celReferences(ast: ASTNode): readonly Reference[] {
  const found: Reference[] = []
  walk(ast, new Set(), false, found)
  return found
}

function walk(node: ASTNode, bound: ReadonlySet<string>, asked: boolean, found: Reference[]): void {
  const path = pathOf(node)
  if (path !== undefined) {
    const [root, ...rest] = path.parts
    if (root !== undefined && !bound.has(root.name)) {
      found.push({
        path: [root.name, ...rest.map(({ name }) => name)],
        ranges: path.parts.map(({ range }) => range),
        asked,
        computed: path.index !== undefined,
      })
    }
    if (path.index !== undefined) walk(path.index, bound, false, found)
    return
  }
  const inside = node.op === 'rcall' ? boundBy(node, bound) : bound
  const asks = node.op === 'call' && node.args[0] === 'has'
  for (const child of childrenOf(node)) walk(child, inside, asks, found)
}

interface Path {
  readonly parts: readonly { readonly name: string; readonly range: Range }[]
  /** A computed index that ends the path. */
  readonly index: ASTNode | undefined
}

/** The path that a node spells: `a`, `a.b`, `a["b"]`, and `a[i]` as far as it is spelled. */
function pathOf(node: ASTNode): Path | undefined {
  if (node.op === 'id') return { parts: [{ name: node.args, range: rangeOf(node) }], index: undefined }
  if (node.op === '.' || node.op === '.?') {
    const owner = pathOf(node.args[0])
    if (owner === undefined || owner.index !== undefined) return undefined
    const end = node.end
    return {
      parts: [...owner.parts, { name: node.args[1], range: { start: end - node.args[1].length, end } }],
      index: undefined,
    }
  }
  if (node.op !== '[]') return undefined
  const [ownerNode, index] = node.args
  const owner = pathOf(ownerNode)
  if (owner === undefined || owner.index !== undefined) return undefined
  if (index.op !== 'value' || typeof index.args !== 'string') return { parts: owner.parts, index }
  return { parts: [...owner.parts, { name: index.args, range: rangeOf(index) }], index: undefined }
}

function rangeOf(node: ASTNode): Range {
  return { start: node.start, end: node.end }
}

/** Comprehensions such as `list.map(x, …)` bind their first argument. */
function boundBy(node: Extract<ASTNode, { op: 'rcall' }>, bound: ReadonlySet<string>): ReadonlySet<string> {
  const [name, , parameters] = node.args
  const [first] = parameters
  return comprehensions.has(name) && first?.op === 'id' ? new Set([...bound, first.args]) : bound
}

const comprehensions = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind'])

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}
