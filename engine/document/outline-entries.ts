import type { Report } from '../diagnostics/collector.ts'
import { listNames } from '../diagnostics/list-names.ts'
import { nearest } from '../diagnostics/nearest.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { schemaFrom } from '../expressions/schema.ts'
import { typeOfSchema } from '../expressions/type-of-schema.ts'
import { anyType, objectType, stringType, type Type } from '../expressions/type.ts'
import type { StepType } from '../step/step-type.ts'
import { manualOutputs } from './builtin-outputs.ts'
import type { Catalog } from './catalog.ts'
import { entryKinds } from './grammar/entry-grammar.ts'
import { readScript, type ReadScript, type ScriptFiles } from './read-script.ts'
import { checkNode } from './schema/check-node.ts'
import { firstKeyOf } from './schema/place.ts'

/** The key that says what an entry is. */
type EntryKind = 'uses' | 'script' | 'manual' | 'assert' | 'parallel' | 'forEach' | 'steps' | 'wait'

/** An entry before its expressions are looked at: what the other entries need to know of it. */
export interface EntryOutline {
  readonly id: string
  readonly number: string
  readonly node: MapNode
  /** `undefined` when no key says so, which was reported. */
  readonly kind: EntryKind | undefined
  /** Of `uses` and `script`; `undefined` when it is unknown, which was reported. */
  readonly type: StepType | undefined
  readonly script: ReadScript | undefined
  /** The block that holds it. */
  readonly parent: EntryOutline | undefined
  /** True: it stands in the `finally` of its block, or of the runbook. */
  readonly last: boolean
  /** Place in the document, from 0, over all entries. */
  readonly index: number
  readonly entries: readonly EntryOutline[]
  readonly finally: readonly EntryOutline[]
}

/** Where outlines are made from. */
export interface OutlineContext extends ScriptFiles {
  readonly catalog: Catalog
}

interface Outlining extends OutlineContext {
  readonly taken: Map<string, string>
  next: number
}

/** The entries of `steps:` and of `finally:`; what is wrong with an entry alone is reported. */
export async function outlineEntries(
  steps: Node | undefined,
  last: Node | undefined,
  context: OutlineContext,
): Promise<{ readonly steps: readonly EntryOutline[]; readonly finally: readonly EntryOutline[] }> {
  const outlining: Outlining = { ...context, taken: new Map(), next: 0 }
  const outlined = await outlineList(steps, undefined, false, 0, '', outlining)
  return { steps: outlined, finally: await outlineList(last, undefined, true, outlined.length, '', outlining) }
}

async function outlineList(
  list: Node | undefined,
  parent: EntryOutline | undefined,
  last: boolean,
  before: number,
  prefix: string,
  outlining: Outlining,
): Promise<readonly EntryOutline[]> {
  const outlines: EntryOutline[] = []
  for (const [at, node] of itemsOf(list).entries()) {
    if (node.kind === 'map')
      outlines.push(await outlineEntry(node, `${prefix}${before + at + 1}`, parent, last, outlining))
    else checkNode(node, entryKinds['uses'] ?? {}, { report: outlining.report })
  }
  return outlines
}

async function outlineEntry(
  node: MapNode,
  number: string,
  parent: EntryOutline | undefined,
  last: boolean,
  outlining: Outlining,
): Promise<EntryOutline> {
  const { report, catalog, taken } = outlining
  const kind = kindOf(node)
  checkKind(node, kind, report)
  const id = stringOf(member(node, 'id')) ?? ''
  refuseTaken(id, number, node, taken, report)
  const script = kind === 'script' ? await readScript(node, catalog, outlining) : undefined
  const entries: EntryOutline[] = []
  const lasts: EntryOutline[] = []
  const type = kind === 'uses' ? typeOf(member(node, 'uses'), catalog, report) : script?.type
  const index = outlining.next
  const outline = { id, number, node, kind, type, script, parent, last, index, entries, finally: lasts }
  outlining.next += 1
  const list = member(node, kind === 'parallel' ? 'parallel' : 'steps')
  if (kind === 'parallel' || kind === 'forEach' || kind === 'steps') {
    entries.push(...(await outlineList(list, outline, false, 0, `${number}.`, outlining)))
    lasts.push(...(await outlineList(member(node, 'finally'), outline, true, entries.length, `${number}.`, outlining)))
  }
  return outline
}

/** An entry that says nothing of what it does could be of any kind; one in which the key is misspelt is told that alone. */
function checkKind(node: MapNode, kind: EntryKind | undefined, report: Report): void {
  const schema = entryKinds[kind ?? 'uses'] ?? {}
  const kinds = Object.keys(entryKinds)
  if (kind !== undefined || [...node.entries.keys()].some((name) => nearest(name, kinds) !== undefined))
    return checkNode(node, schema, { report })
  checkNode(node, { ...schema, required: ['id'] }, { report })
  report({
    code: 'missing-key',
    message: 'the entry does not say what it does',
    hint: `add ${listNames(kinds, 'or')}`,
    span: firstKeyOf(node),
  })
}

/** `uses` may have a `wait` and `forEach` has `steps`, so the order decides. */
function kindOf(node: MapNode): EntryKind | undefined {
  const kinds = ['uses', 'script', 'manual', 'assert', 'parallel', 'forEach', 'steps', 'wait'] as const
  return kinds.find((kind) => node.entries.has(kind))
}

function refuseTaken(id: string, number: string, node: MapNode, taken: Map<string, string>, report: Report): void {
  const idNode = member(node, 'id')
  const first = taken.get(id)
  if (idNode !== undefined && id !== '' && first !== undefined) {
    const message = `step id \`${id}\` is taken by step ${first}`
    report({ code: 'duplicate-id', message, hint: 'give each step an id of its own', span: idNode.span })
  } else taken.set(id, number)
}

function typeOf(uses: Node | undefined, { stepTypes }: Catalog, report: Report): StepType | undefined {
  const name = stringOf(uses)
  const type = name === undefined ? undefined : stepTypes.get(name)
  if (uses !== undefined && name !== undefined && type === undefined) {
    const message = `unknown step type \`${name}\``
    report({ code: 'unknown-step-type', message, ...suggestType(name, stepTypes), span: uses.span })
  }
  return type
}

function suggestType(name: string, stepTypes: ReadonlyMap<string, StepType>): { readonly hint?: string } {
  const near = suggest(name, stepTypes.keys())
  if (near.hint !== undefined) return near
  const [family = ''] = name.split('.', 1)
  const siblings = [...stepTypes.keys()].filter((other) => other.startsWith(`${family}.`))
  return siblings.length === 0 ? { hint: '`runbook steps` lists all step types' } : suggest(name, siblings)
}

/** Every outline, a block before what it holds. */
function* walkOutlines(outlines: readonly EntryOutline[]): Generator<EntryOutline> {
  for (const outline of outlines) {
    yield outline
    yield* walkOutlines(outline.entries)
    yield* walkOutlines(outline.finally)
  }
}

/** Every outline by its id; of two with the same id, which was reported, the first. */
export function outlinesById(outlines: readonly EntryOutline[]): ReadonlyMap<string, EntryOutline> {
  const byId = new Map<string, EntryOutline>()
  for (const outline of walkOutlines(outlines)) if (!byId.has(outline.id)) byId.set(outline.id, outline)
  return byId
}

/** The type of `steps` (or `world`) in expressions. */
export function stepsType(outlines: readonly EntryOutline[]): Type {
  return objectType(
    [...walkOutlines(outlines)].map(
      (outline) => [outline.id, objectType([['outputs', outputsType(outline)]])] as const,
    ),
  )
}

function outputsType({ kind, type, entries }: EntryOutline): Type {
  switch (kind) {
    case 'uses':
    case 'script':
      return type === undefined ? anyType : typeOfSchema(schemaFrom(type.outputs))
    case 'manual':
      return typeOfSchema(manualOutputs)
    case 'forEach':
      return objectType([
        [
          'items',
          {
            kind: 'list',
            items: objectType([
              ['key', stringType],
              ['value', anyType],
              ['steps', stepsType(entries)],
            ]),
          },
        ],
      ])
    case 'parallel':
    case 'steps':
    case 'assert':
    case 'wait':
      return objectType([])
    case undefined:
      return anyType
  }
}
