import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import { compileExpression } from './compile-expression.ts'
import type { Expression } from './expression.ts'
import type { Node, ScalarNode } from './node.ts'
import type { ScopeTypes } from './scope-types.ts'
import { splitText, type Piece } from './split-text.ts'
import type { Template } from './template.ts'
import { anyType, describeType, isScalarType, stringType, type Type } from './type.ts'

export interface CompiledTemplate {
  readonly template: Template
  /** The scalars that hold expressions, with the type of their value; `any` where a mistake was reported. */
  readonly holes: ReadonlyMap<Node, Type>
}

/** Compiles and types every expression under a node; what is wrong is reported. */
export async function compileTemplate(
  node: Node,
  scope: ScopeTypes,
  source: SourceFile,
  report: Report,
): Promise<CompiledTemplate> {
  const holes = new Map<Node, Type>()
  const template = await compile(node)
  return { template, holes }

  async function compile(part: Node): Promise<Template> {
    const { span } = part
    switch (part.kind) {
      case 'scalar':
        return typeof part.value === 'string' ? compileString(part, part.value) : literal(part.value, span)
      case 'list': {
        const items: Template[] = []
        for (const item of part.items) items.push(await compile(item))
        return { kind: 'list', items, span }
      }
      case 'map': {
        const members = new Map<string, Template>()
        for (const [key, entry] of part.entries) members.set(key, await compile(entry.value))
        return { kind: 'map', members, span }
      }
    }
  }

  async function compileString(part: ScalarNode, value: string): Promise<Template> {
    const { span } = part
    if (!value.includes('${{')) return literal(value, span)
    const pieces = splitText(value)
    if (pieces.every((piece) => piece.kind === 'text')) return literal(pieces.map(({ text }) => text).join(''), span)
    const alone = pieces.length === 1
    const parts: (string | Expression)[] = []
    let failed = false
    for (const piece of pieces) {
      const compiled = await compilePiece(part, piece, alone)
      if (compiled === undefined) failed = true
      else parts.push(compiled)
    }
    const [first] = parts
    const kept = alone && typeof first === 'object' ? first : undefined
    holes.set(part, failed ? anyType : (kept?.type ?? stringType))
    if (failed) return literal(value, span)
    return kept === undefined ? { kind: 'text', parts, span } : { kind: 'expression', expression: kept, span }
  }

  async function compilePiece(
    part: ScalarNode,
    piece: Piece,
    alone: boolean,
  ): Promise<string | Expression | undefined> {
    if (piece.kind === 'text') return piece.text
    if (piece.kind === 'unclosed') {
      const start = part.offsetOf(piece.opening)
      const message = 'expression is not closed: `}}` is missing'
      report({
        code: 'bad-expression',
        message,
        hint: 'write `$${{` for a literal `${{`',
        span: { start, end: start + 3 },
      })
      return undefined
    }
    const at = piece.source === '' ? piece.opening : piece.start
    const offsetOf = (index: number) => part.offsetOf(at + index)
    const found = await compileExpression({ text: piece.source, source, offsetOf }, scope, report)
    if (found === undefined || alone || isScalarType(found.type)) return found
    const message = `only a string, number or boolean can be put into text; \`${found.text}\` is ${describeType(found.type)}`
    report({ code: 'type-mismatch', message, span: found.span })
    return undefined
  }
}

function literal(value: string | number | boolean | null, span: Span): Template {
  return { kind: 'literal', value, span }
}
