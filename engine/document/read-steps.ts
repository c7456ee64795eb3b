import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import { compileTemplate } from '../expressions/compile-template.ts'
import { entriesOf, itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { nodeValue } from '../expressions/node-value.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { ScopeTypes } from '../expressions/scope-types.ts'
import type { ErrorCode } from '../step/errors.ts'
import type { StepType } from '../step/step-type.ts'
import { problemsOf } from './schema/check-node.ts'
import { firstKeyOf } from './schema/place.ts'
import { checkTarget } from './check-target.ts'
import type { Catalog } from './catalog.ts'
import { durationMs } from './duration.ts'
import { refuseLater, type StepOutline } from './outline-steps.ts'
import type { ApprovalRule, BindingDeclaration, RetryPolicy, Step } from './runbook.ts'

export interface StepsContext {
  readonly source: SourceFile
  readonly catalog: Catalog
  readonly bindings: ReadonlyMap<string, BindingDeclaration>
  readonly roots: ScopeTypes['roots']
  readonly report: Report
}

/** Steps of which the type is known, checked against it. The envelope's grammar was checked before. */
export async function readSteps(outlines: readonly StepOutline[], context: StepsContext): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (const outline of outlines) {
    const { type } = outline
    const compiled = await readInputs(outline, refuseLater(outlines, outline), context)
    if (type === undefined) continue
    const key = keyOf(outline.node, outline.node.entries.has('target') ? 'target' : 'uses')
    checkTarget(member(outline.node, 'target'), type, key, context)
    refuseMeaningless(outline.node, type, context.report)
    steps.push(stepOf(outline, type, compiled))
  }
  return steps
}

async function readInputs({ node, type }: StepOutline, refuse: ScopeTypes['refuse'], context: StepsContext) {
  const { source, roots, report } = context
  const key = keyOf(node, node.entries.has('with') ? 'with' : 'uses')
  const given: Node = member(node, 'with') ?? { kind: 'map', span: key, entries: new Map() }
  const scope: ScopeTypes = { roots, stepRoots: new Set(['steps']), ...(refuse === undefined ? {} : { refuse }) }
  const { template, holes } = await compileTemplate(given, scope, source, report)
  if (type !== undefined && given.kind === 'map') {
    const problems = problemsOf({ node: given, schema: schemaFrom(type.inputs), path: 'with', key, holes })
    for (const { path: _, ...problem } of problems) report(problem)
  }
  return template
}

function keyOf(node: MapNode, name: string): Span {
  return node.entries.get(name)?.keySpan ?? firstKeyOf(node)
}

function refuseMeaningless(node: MapNode, type: StepType, report: Report): void {
  if (type.effect !== 'read') return
  for (const key of ['existing', 'pointOfNoReturn']) {
    const entry = node.entries.get(key)
    if (entry === undefined) continue
    const message = `\`${key}\` has no meaning for \`${type.name}\`, which changes nothing`
    report({ code: 'meaningless-key', message, hint: 'leave it out', span: entry.keySpan })
  }
}

function stepOf({ id, number, node }: StepOutline, type: StepType, template: Step['with']): Step {
  const timeout = stringOf(member(node, 'timeout'))
  const existing = stringOf(member(node, 'existing'))
  return {
    id,
    number,
    title: stringOf(member(node, 'title')) ?? type.summary,
    span: node.span,
    type,
    target: targetOf(member(node, 'target')),
    with: template,
    timeoutMs: timeout === undefined ? undefined : durationMs(timeout),
    retry: retryOf(member(node, 'retry')),
    existing: existing === 'refuse' || existing === 'adopt' ? existing : undefined,
    approval: approvalOf(member(node, 'approval')),
    pointOfNoReturn: stringOf(member(node, 'pointOfNoReturn')),
  }
}

function targetOf(node: Node | undefined): Step['target'] {
  if (node?.kind !== 'map') return stringOf(node)
  return Object.fromEntries(entriesOf(node).map(([role, { value }]) => [role, stringOf(value) ?? '']))
}

function retryOf(node: Node | undefined): RetryPolicy | undefined {
  if (node === undefined) return undefined
  // The grammar allows nothing but error codes here.
  const on = itemsOf(member(node, 'on')).map((code) => (stringOf(code) ?? '') as ErrorCode)
  return { on, times: integerOf(member(node, 'times')) }
}

function approvalOf(node: Node | undefined): ApprovalRule | undefined {
  if (node === undefined) return undefined
  return { role: stringOf(member(node, 'role')) ?? '', count: integerOf(member(node, 'count')) }
}

function integerOf(node: Node | undefined): number {
  const value = node === undefined ? 0 : nodeValue(node)
  return typeof value === 'number' ? value : 0
}
