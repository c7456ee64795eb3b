import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { collector, type Report } from '../diagnostics/collector.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts'
import { listNames } from '../diagnostics/list-names.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { compileTemplate } from '../expressions/compile-template.ts'
import { entriesOf, itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { schemaFrom, type Schema } from '../expressions/schema.ts'
import type { ScopeTypes } from '../expressions/scope-types.ts'
import { type Template, templateType } from '../expressions/template.ts'
import { nodeValue } from '../expressions/node-value.ts'
import type { Json } from '../step/json.ts'
import { entriesOfRunbook } from './walk-entries.ts'
import { anyType, objectType, stringType } from '../expressions/type.ts'
import type { Family } from '../step/family.ts'
import { catalogOf } from './catalog.ts'
import { checkNode } from './schema/check-node.ts'
import { approversOf } from './load-environment.ts'
import { openDocument } from './open-document.ts'
import { makerOf } from './bindings-of.ts'
import { targetsOf } from './check-made-bindings.ts'
import { outlineEntries, outlinesById, stepsType, type EntryOutline } from './outline-entries.ts'
import { readEntries } from './read-entries.ts'
import { rehearsalSchema } from './grammar/rehearsal-grammar.ts'
import type { Expectation, Rehearsal } from './rehearsal.ts'
import type { Runbook } from './runbook.ts'

export interface LoadedRehearsal {
  /** `undefined` when there are diagnostics. */
  readonly rehearsal: Rehearsal | undefined
  /** Every mistake of the file, by position. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads and checks the rehearsal file of a runbook in one pass. */
export async function loadRehearsal(
  source: SourceFile,
  runbook: Runbook,
  families: readonly Family[],
): Promise<LoadedRehearsal> {
  const { report, list } = collector(source)
  const root = await openDocument(source, 'rehearsal', rehearsalSchema, report)
  const rehearsal = root === undefined ? undefined : await readRehearsal(root, runbook, { source, families, report })
  const diagnostics = list()
  return { rehearsal: diagnostics.length === 0 ? rehearsal : undefined, diagnostics }
}

interface Context {
  readonly source: SourceFile
  readonly families: readonly Family[]
  readonly report: Report
}

async function readRehearsal(
  root: MapNode,
  runbook: Runbook,
  { source, families, report }: Context,
): Promise<Rehearsal> {
  refuseOtherRunbook(root, runbook, report)
  const bindings = await readBindings(root, runbook, source, report)
  const catalog = catalogOf(families)
  const folder = dirname(source.path)
  const { steps: outlines } = await outlineEntries(member(root, 'world'), undefined, {
    catalog,
    report,
    readFile: (path) => readFile(resolve(folder, path)),
    resolvePath: (path) => resolve(folder, path),
  })
  const shared = [
    ['bindings', objectType([...runbook.bindings.keys()].map((name) => [name, factsType] as const))],
    [
      'run',
      objectType([
        ['id', stringType],
        ['runbook', stringType],
        ['toolSha256', stringType],
      ]),
    ],
  ] as const
  const world = stepsType(outlines)
  const roots: ScopeTypes['roots'] = new Map([...shared, ['steps', world]])
  const steps = await readEntries(outlines, {
    source,
    catalog,
    bindings: runbook.bindings,
    roots,
    report,
    compiled: () => undefined,
  })
  refuseMadeLater(outlines, runbook, report)
  const inputScope: ScopeTypes = { roots: new Map([shared[0], ['world', world]]), stepRoots: new Set(['world']) }
  const inputsNode: Node = member(root, 'inputs') ?? {
    kind: 'map',
    span: root.entries.get('rehearsal')?.keySpan ?? root.span,
    entries: new Map(),
  }
  const inputs = await compileTemplate(inputsNode, inputScope, source, report)
  const key = root.entries.get('inputs')?.keySpan ?? inputsNode.span
  if (inputsNode.kind === 'map') checkNode(inputsNode, schemaOfInputs(runbook), { report, key, holes: inputs.holes })
  return {
    source,
    rehearsal: stringOf(member(root, 'rehearsal')) ?? '',
    bindings,
    world: steps,
    inputs: inputs.template,
    approvers: approversOf(member(root, 'approvers')),
    answers: answersOf(member(root, 'answers'), runbook, report),
    expect: await readExpectations(member(root, 'expect'), runbook, source, report),
  }
}

/** What is typed where a person does something; each is checked against what the entry wants. */
function answersOf(node: Node | undefined, runbook: Runbook, report: Report): Rehearsal['answers'] {
  const manuals = new Map(
    [...entriesOfRunbook(runbook)].flatMap((entry) => (entry.kind === 'manual' ? [[entry.id, entry] as const] : [])),
  )
  const answers = new Map<string, Json>()
  for (const [id, { keySpan, value }] of entriesOf(node)) {
    const manual = manuals.get(id)
    if (manual === undefined) {
      const message = `runbook \`${runbook.name}\` has no \`manual\` entry \`${id}\``
      report({ code: 'unknown-step', message, ...suggest(id, manuals.keys()), span: keySpan })
    } else {
      if (manual.confirm !== undefined) checkNode(value, schemaFrom(manual.confirm), { report, key: keySpan })
      answers.set(id, nodeValue(value))
    }
  }
  return answers
}

/** The world is there before the first step, and what a step makes is not. */
function refuseMadeLater(world: readonly EntryOutline[], runbook: Runbook, report: Report): void {
  for (const at of outlinesById(world).values())
    for (const target of targetsOf(at)) {
      const name = stringOf(target) ?? ''
      const maker = makerOf(runbook, name)
      if (maker === undefined) continue
      const message = `step \`${at.id}\` (${at.number}) acts on \`${name}\`, which step \`${maker}\` of the runbook makes later`
      report({ code: 'later-step', message, span: target.span })
    }
}

/** What simulators say about a binding. */
const factsType = { kind: 'map', values: anyType } as const

function refuseOtherRunbook(root: MapNode, runbook: Runbook, report: Report): void {
  const node = member(root, 'rehearsal')
  const name = stringOf(node)
  if (node === undefined || name === undefined || name === runbook.name) return
  report({ code: 'wrong-value', message: `wanted the runbook \`${runbook.name}\`, found \`${name}\``, span: node.span })
}

/** What each binding is: its simulator looks at the words, when it starts. They may refer to bindings that stand before. */
async function readBindings(
  root: MapNode,
  runbook: Runbook,
  source: SourceFile,
  report: Report,
): Promise<Rehearsal['bindings']> {
  const node = member(root, 'bindings')
  const bindings = new Map<string, Template>()
  for (const [name, { keySpan, value }] of entriesOf(node)) {
    if (!runbook.bindings.has(name)) {
      const message = `runbook \`${runbook.name}\` has no binding \`${name}\``
      report({ code: 'unknown-binding', message, ...suggest(name, runbook.bindings.keys()), span: keySpan })
    } else if (value.kind === 'map') {
      const before = objectType([...bindings.keys()].map((other) => [other, factsType] as const))
      const scope: ScopeTypes = { roots: new Map([['bindings', before]]), stepRoots: new Set() }
      bindings.set(name, (await compileTemplate(value, scope, source, report)).template)
    }
  }
  const missing = [...runbook.bindings.keys()].filter((name) => member(node, name) === undefined)
  if (missing.length > 0 && (node === undefined || node.kind === 'map')) {
    const span = root.entries.get('bindings')?.keySpan ?? root.entries.get('rehearsal')?.keySpan ?? root.span
    const hint = 'write `{}` where the simulator needs no words'
    report({ code: 'missing-binding', message: `binding ${listNames(missing, 'and')} is missing`, hint, span })
  }
  return bindings
}

function schemaOfInputs({ inputs }: Runbook): Schema {
  const required = [...inputs].filter(([, input]) => input.default === undefined).map(([name]) => name)
  const properties = Object.fromEntries([...inputs].map(([name, { schema }]) => [name, schemaFrom(schema)]))
  return { type: 'object', properties, required, additionalProperties: false }
}

async function readExpectations(
  list: Node | undefined,
  runbook: Runbook,
  source: SourceFile,
  report: Report,
): Promise<readonly Expectation[]> {
  const scope: ScopeTypes = { roots: new Map([['outputs', templateType(runbook.outputs)]]), stepRoots: new Set() }
  const expectations: Expectation[] = []
  for (const item of itemsOf(list)) {
    const node = member(item, 'holds')
    if (node === undefined) continue
    const { template, holes } = await compileTemplate(node, scope, source, report)
    checkNode(node, { type: 'boolean' }, { report, holes })
    expectations.push({ title: stringOf(member(item, 'title')) ?? '', holds: template })
  }
  return expectations
}
