import type { Report } from '../diagnostics/collector.ts'
import { entriesOf, itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { Template } from '../expressions/template.ts'
import { typeOfSchema } from '../expressions/type-of-schema.ts'
import type { ErrorCode } from '../step/errors.ts'
import type { StepType } from '../step/step-type.ts'
import { checkTarget } from './check-target.ts'
import { durationOf, type EntryScope, integerOf, keyOf } from './entry-scope.ts'
import { readInput } from './read-inputs.ts'
import type { ApprovalRule, EntryBase, Leaf, Manual, RetryPolicy, Step, WaitFor } from './runbook.ts'
import { checkNode, problemsOf } from './schema/check-node.ts'

/** How long an approval is good for where nothing is said. */
const standardExpiryMs = 7 * 24 * 60 * 60_000

/** An entry that does something itself; `undefined` when its kind or step type is unknown, which was reported. */
export async function readLeaf(base: EntryBase, scope: EntryScope): Promise<Leaf | undefined> {
  const { outline } = scope
  switch (outline.kind) {
    case 'manual':
      return readManual(base, scope)
    case 'assert':
      return {
        ...base,
        kind: 'assert',
        holds: (await scope.template('assert', { type: 'boolean' })) ?? literal(outline.node, true),
        message: (await scope.template('message', { type: 'string' })) ?? literal(outline.node, base.title),
      }
    case 'wait':
      return { ...base, kind: 'wait', durationMs: durationOf(member(outline.node, 'wait')) ?? 0 }
    default:
      return readStep(base, scope)
  }
}

async function readStep(base: EntryBase, scope: EntryScope): Promise<Step | undefined> {
  const { outline, context } = scope
  const { node, type, kind } = outline
  const inputs = await readWith(scope)
  if (type === undefined) return undefined
  if (kind === 'uses') {
    const key = keyOf(node, node.entries.has('target') ? 'target' : 'uses')
    checkTarget(member(node, 'target'), type, key, context)
  }
  refuseMeaningless(node, type, context.report)
  const existing = stringOf(member(node, 'existing'))
  return {
    ...base,
    kind: 'step',
    type,
    target: targetOf(member(node, 'target')),
    with: inputs,
    timeoutMs: durationOf(member(node, 'timeout')),
    retry: retryOf(member(node, 'retry')),
    existing: existing === 'refuse' || existing === 'adopt' ? existing : undefined,
    approval: approvalOf(member(node, 'approval')),
    pointOfNoReturn: stringOf(member(node, 'pointOfNoReturn')),
    wait: kind === 'uses' ? await readWait(member(node, 'wait'), type, scope) : undefined,
  }
}

async function readWith({ outline, context, compile }: EntryScope): Promise<Template> {
  const { node, type } = outline
  const key = keyOf(node, node.entries.has('with') ? 'with' : 'uses')
  const given: Node = member(node, 'with') ?? { kind: 'map', span: key, entries: new Map() }
  const { template, holes } = await compile(given)
  context.compiled(template)
  if (type !== undefined && given.kind === 'map') {
    const problems = problemsOf({ node: given, schema: schemaFrom(type.inputs), path: 'with', key, holes })
    for (const { path: _, ...problem } of problems) context.report(problem)
  }
  return template
}

async function readWait(node: Node | undefined, type: StepType, scope: EntryScope): Promise<WaitFor | undefined> {
  if (node === undefined) return undefined
  const untilNode = member(node, 'until')
  let until: Template | undefined
  if (untilNode !== undefined) {
    const { template, holes } = await scope.compile(untilNode, [['outputs', typeOfSchema(schemaFrom(type.outputs))]])
    checkNode(untilNode, { type: 'boolean' }, { report: scope.context.report, holes })
    scope.context.compiled(template)
    until = template
  }
  return { until, everyMs: durationOf(member(node, 'every')) }
}

async function readManual(base: EntryBase, scope: EntryScope): Promise<Manual> {
  const { outline, context } = scope
  const { node } = outline
  const manual = member(node, 'manual')
  const evidence = stringOf(member(manual, 'evidence'))
  const confirm = entriesOf(manual).find(([name]) => name === 'confirm')?.[1]
  const declared = confirm === undefined ? undefined : readInput(confirm, context.report)
  return {
    ...base,
    kind: 'manual',
    instructions: (await scope.template('do', { type: 'string' }, manual)) ?? literal(node, base.title),
    confirm: declared?.schema,
    confirmText: declared?.description,
    evidence: evidence === 'optional' || evidence === 'required' ? evidence : 'none',
    approval: approvalOf(member(node, 'approval')),
    pointOfNoReturn: stringOf(member(node, 'pointOfNoReturn')),
  }
}

function literal({ span }: MapNode, value: string | boolean): Template {
  return { kind: 'literal', value, span }
}

function refuseMeaningless(node: MapNode, type: StepType, report: Report): void {
  const waits = node.entries.has('wait')
  if (type.effect !== 'read' && !waits) return
  for (const key of ['existing', 'pointOfNoReturn']) {
    const entry = node.entries.get(key)
    if (entry === undefined) continue
    const why = waits ? 'which only waits here' : 'which changes nothing'
    const message = `\`${key}\` has no meaning for \`${type.name}\`, ${why}`
    report({ code: 'meaningless-key', message, hint: 'leave it out', span: entry.keySpan })
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
  return {
    role: stringOf(member(node, 'role')) ?? '',
    count: integerOf(member(node, 'count')),
    expiresMs: durationOf(member(node, 'expires')) ?? standardExpiryMs,
  }
}
