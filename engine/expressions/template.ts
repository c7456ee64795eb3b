import type { Span } from '../diagnostics/diagnostic.ts'
import type { Json } from '../step/json.ts'
import { evaluateExpression, type Expression } from './expression.ts'
import { anyType, type Type } from './type.ts'
import { Unknown, type Scope, type Value } from './value.ts'

/** A YAML value whose strings may hold expressions, compiled and typed. */
export type Template =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Template[]; readonly span: Span }
  | { readonly kind: 'map'; readonly members: ReadonlyMap<string, Template>; readonly span: Span }
  /** Nothing but one expression: keeps its type. */
  | { readonly kind: 'expression'; readonly expression: Expression; readonly span: Span }
  /** Text around expressions, whose values are written into it. */
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[]; readonly span: Span }

/**
 * The value of a template. An expression that reads a step without outputs yet is {@link Unknown}; everything else around
 * it is known.
 *
 * @throws {StepError} `invalid` when an expression has no value, such as a division by zero
 */
export function evaluate(template: Template, scope: Scope): Value {
  switch (template.kind) {
    case 'literal':
      return template.value
    case 'list':
      return template.items.map((item) => evaluate(item, scope))
    case 'map':
      return Object.fromEntries([...template.members].map(([name, item]) => [name, evaluate(item, scope)]))
    case 'expression':
      return evaluateExpression(template.expression, scope)
    case 'text':
      return evaluateText(template.parts, scope)
  }
}

function evaluateText(parts: readonly (string | Expression)[], scope: Scope): string | Unknown {
  const values = parts.map((part) => (typeof part === 'string' ? part : evaluateExpression(part, scope)))
  const waitsFor = values.flatMap((value) => (value instanceof Unknown ? value.waitsFor : []))
  if (waitsFor.length > 0) return new Unknown([...new Set(waitsFor)])
  return values.map((value) => textOf(value)).join('')
}

function textOf(value: Json | Unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** All expressions of a template, in document order, with their places. */
export function templateExpressions(template: Template): readonly Expression[] {
  switch (template.kind) {
    case 'literal':
      return []
    case 'list':
      return template.items.flatMap(templateExpressions)
    case 'map':
      return [...template.members.values()].flatMap(templateExpressions)
    case 'expression':
      return [template.expression]
    case 'text':
      return template.parts.flatMap((part) => (typeof part === 'string' ? [] : [part]))
  }
}

/** Ids of the steps whose outputs a template reads, each once. */
export function referencedSteps(template: Template): readonly string[] {
  return [...new Set(templateExpressions(template).flatMap(({ waitsFor }) => waitsFor))]
}

/** The type of a template's value. */
export function templateType(template: Template): Type {
  switch (template.kind) {
    case 'literal':
      if (template.value === null) return { kind: 'null' }
      if (typeof template.value !== 'number') return { kind: typeof template.value as 'string' | 'boolean' }
      return { kind: Number.isInteger(template.value) ? 'integer' : 'number' }
    case 'list':
      return { kind: 'list', items: anyType }
    case 'map':
      return {
        kind: 'object',
        members: new Map(
          [...template.members].map(([name, item]) => [name, { type: templateType(item), optional: false }]),
        ),
      }
    case 'expression':
      return template.expression.type
    case 'text':
      return { kind: 'string' }
  }
}
