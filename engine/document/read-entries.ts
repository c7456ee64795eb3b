import type { Report } from '../diagnostics/collector.ts'
import { compileTemplate } from '../expressions/compile-template.ts'
import { member, stringOf, type Node } from '../expressions/node.ts'
import { nodeValue } from '../expressions/node-value.ts'
import { templateType } from '../expressions/template.ts'
import { anyType, objectType, stringType } from '../expressions/type.ts'
import type { ErrorCode } from '../step/errors.ts'
import { durationOf, type EntriesContext, type EntryScope, integerOf, keyOf } from './entry-scope.ts'
import { visibilityAt } from './entry-visibility.ts'
import { type EntryOutline, outlinesById } from './outline-entries.ts'
import { readLeaf } from './read-leaf.ts'
import type { Entry, EntryBase } from './runbook.ts'
import { checkNode } from './schema/check-node.ts'

/** Entries of which the kind is known, checked against it. Their grammar was checked before. */
export async function readEntries(
  outlines: readonly EntryOutline[],
  context: EntriesContext,
  all: ReadonlyMap<string, EntryOutline> = outlinesById(outlines),
): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (const outline of outlines) {
    const entry = await readEntry(outline, context, all)
    if (entry !== undefined) entries.push(entry)
  }
  return entries
}

async function readEntry(
  outline: EntryOutline,
  context: EntriesContext,
  all: ReadonlyMap<string, EntryOutline>,
): Promise<Entry | undefined> {
  const scope = scopeOf(outline, context, all)
  const { node } = outline
  const base = await readBase(outline, scope)
  const concurrency = member(node, 'concurrency')
  const inside = async (within: EntriesContext): Promise<Pick<Blocklike, 'entries' | 'finally'>> => ({
    entries: await readEntries(outline.entries, within, all),
    finally: await readEntries(outline.finally, withOutcome(context), all),
  })
  switch (outline.kind) {
    case 'steps':
      return { ...base, kind: 'group', ...(await inside(context)) }
    case 'parallel':
      return {
        ...base,
        kind: 'parallel',
        concurrency: concurrency === undefined ? undefined : integerOf(concurrency),
        ...(await inside(context)),
      }
    case 'forEach': {
      const { name, type, ...loop } = await readLoop(member(node, 'forEach'), scope, context.report)
      const within = { ...context, roots: new Map([...context.roots, [name, type] as const]) }
      return { ...base, kind: 'forEach', as: name, ...loop, ...(await inside(within)) }
    }
    default:
      return readLeaf(base, scope)
  }
}

interface Blocklike {
  readonly entries: readonly Entry[]
  readonly finally: readonly Entry[]
}

async function readBase(outline: EntryOutline, scope: EntryScope): Promise<EntryBase> {
  const { id, number, node, type } = outline
  const onFailure = stringOf(member(node, 'onFailure'))
  const mayFail = member(node, 'mayFail')
  if (mayFail !== undefined && onFailure !== 'continue')
    scope.context.report({
      code: 'meaningless-key',
      message: '`mayFail` has a meaning only with `onFailure: continue`',
      hint: 'a failure that stops the run is one',
      span: node.entries.get('mayFail')?.keySpan ?? node.span,
    })
  const continueOn = node.entries.get('continueOn')
  if (continueOn !== undefined && onFailure !== 'continue')
    scope.context.report({
      code: 'meaningless-key',
      message: '`continueOn` has a meaning only with `onFailure: continue`',
      hint: 'any failure stops the run, or takes back what it made',
      span: continueOn.keySpan,
    })
  if (onFailure === 'undo' && isInFinally(outline))
    scope.context.report({
      code: 'meaningless-key',
      message: '`onFailure: undo` has no meaning in a `finally`, which comes when its block, or the run, has ended',
      hint: 'write `stop`, which pauses the run, or `continue`',
      span: node.entries.get('onFailure')?.value.span ?? node.span,
    })
  return {
    id,
    address: id,
    number,
    title: stringOf(member(node, 'title')) ?? type?.summary ?? standardTitle(outline),
    span: node.span,
    when: await scope.template('when', { type: 'boolean' }),
    onFailure: onFailure === 'continue' || onFailure === 'undo' ? onFailure : 'stop',
    continueOn: continueOn === undefined ? undefined : (nodeValue(continueOn.value) as readonly ErrorCode[]), // by the grammar
    mayFail: mayFail !== undefined && nodeValue(mayFail) === true,
    estimateMs: durationOf(member(node, 'estimate')),
  }
}

function isInFinally({ parent, last }: EntryOutline): boolean {
  return last || (parent !== undefined && isInFinally(parent))
}

function standardTitle({ kind, node, id }: EntryOutline): string {
  switch (kind) {
    case 'wait':
      return `Wait ${stringOf(member(node, 'wait')) ?? ''}`
    case 'manual':
      return 'A person does something'
    case 'assert':
      return 'Something must hold'
    case 'parallel':
      return 'At the same time'
    case 'forEach':
      return 'For each item'
    default:
      return id
  }
}

async function readLoop(node: Node | undefined, scope: EntryScope, report: Report) {
  const list = await scope.template('in', {}, node)
  const name = stringOf(member(node, 'as')) ?? 'item'
  const type = list === undefined ? anyType : templateType(list)
  const inNode = member(node, 'in')
  if (inNode !== undefined && type.kind !== 'list' && type.kind !== 'any')
    report({
      code: 'type-mismatch',
      message: '`in` wants a list',
      hint: 'such as an input of type `array`',
      span: inNode.span,
    })
  const item = type.kind === 'list' ? type.items : anyType
  const asNode = member(node, 'as')
  if (scope.context.roots.has(name))
    report({
      code: 'duplicate-id',
      message: `\`${name}\` has a meaning in expressions already`,
      hint: 'give the item another name with `as`',
      span: (asNode ?? node ?? scope.outline.node).span,
    })
  const keyNode = member(node, 'key')
  const key = keyNode === undefined ? undefined : await scope.compile(keyNode, [[name, item]])
  if (keyNode !== undefined && key !== undefined) {
    checkNode(keyNode, { type: 'string' }, { report, holes: key.holes })
    scope.context.compiled(key.template)
  } else if (['object', 'map', 'list', 'boolean', 'number'].includes(item.kind) && inNode !== undefined)
    report({
      code: 'missing-key',
      message: 'key `key` is missing',
      hint: `say what names an item for ever: \`key: "\${{ ${name}.name }}"\``,
      span: inNode.span,
    })
  const concurrency = member(node, 'concurrency')
  return {
    name,
    type: item,
    in: list ?? { kind: 'list' as const, items: [], span: scope.outline.node.span },
    key: key?.template,
    concurrency: concurrency === undefined ? 1 : integerOf(concurrency),
  }
}

function scopeOf(outline: EntryOutline, context: EntriesContext, all: ReadonlyMap<string, EntryOutline>): EntryScope {
  const { source, report } = context
  const visibility = visibilityAt(all, outline)
  const compile: EntryScope['compile'] = (node, more = []) => {
    const roots = more.length === 0 ? context.roots : new Map([...context.roots, ...more])
    return compileTemplate(node, { roots, stepRoots: new Set(['steps']), ...visibility }, source, report)
  }
  return {
    outline,
    context,
    compile,
    async template(name, schema, from = outline.node) {
      const node = member(from, name)
      if (node === undefined) return undefined
      const { template, holes } = await compile(node)
      checkNode(node, schema, { report, holes, key: keyOf(from, name) })
      context.compiled(template)
      return template
    },
  }
}

/** `finally` knows how its block, or the run, ended. */
export function withOutcome(context: EntriesContext): EntriesContext {
  const run = context.roots.get('run')
  const members = run?.kind === 'object' ? [...run.members].map(([name, { type }]) => [name, type] as const) : []
  return { ...context, roots: new Map([...context.roots, ['run', objectType([...members, ['outcome', stringType]])]]) }
}
