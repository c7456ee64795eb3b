import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { collector, type Report } from '../diagnostics/collector.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts'
import { compileTemplate } from '../expressions/compile-template.ts'
import { member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import type { Template } from '../expressions/template.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { ScopeTypes } from '../expressions/scope-types.ts'
import { typeOfSchema } from '../expressions/type-of-schema.ts'
import { objectType, stringType } from '../expressions/type.ts'
import type { Family } from '../step/family.ts'
import { catalogOf } from './catalog.ts'
import { checkMadeBindings } from './check-made-bindings.ts'
import { openDocument } from './open-document.ts'
import { walkEntries } from './walk-entries.ts'
import { outlineEntries, outlinesById, stepsType } from './outline-entries.ts'
import { visibilityAt } from './entry-visibility.ts'
import { readBindings } from './read-bindings.ts'
import { readInputs } from './read-inputs.ts'
import type { EntriesContext } from './entry-scope.ts'
import { readEntries, withOutcome } from './read-entries.ts'
import { refuseUnusedBindings, refuseUnusedInputs } from './refuse-unused.ts'
import { runbookSchema } from './grammar/runbook-grammar.ts'
import type { InputDeclaration, Runbook } from './runbook.ts'

export interface LoadedRunbook {
  /** `undefined` when there are diagnostics. */
  readonly runbook: Runbook | undefined
  /** Every mistake of the file, by position. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads and checks a runbook in one pass. */
export async function loadRunbook(source: SourceFile, families: readonly Family[]): Promise<LoadedRunbook> {
  const { report, list } = collector(source)
  const root = await openDocument(source, 'runbook', runbookSchema, report)
  const runbook = root === undefined ? undefined : await readRunbook(root, source, families, report)
  const diagnostics = list()
  return { runbook: diagnostics.length === 0 ? runbook : undefined, diagnostics }
}

async function readRunbook(
  root: MapNode,
  source: SourceFile,
  families: readonly Family[],
  report: Report,
): Promise<Runbook> {
  const catalog = catalogOf(families)
  const inputs = readInputs(member(root, 'inputs'), report)
  const bindings = readBindings(member(root, 'bindings'), catalog, report)
  const folder = dirname(source.path)
  const outlined = await outlineEntries(member(root, 'steps'), member(root, 'finally'), {
    catalog,
    report,
    readFile: (path) => readFile(resolve(folder, path)),
    resolvePath: (path) => resolve(folder, path),
  })
  const outlines = [...outlined.steps, ...outlined.finally]
  const roots: ScopeTypes['roots'] = new Map([
    ['inputs', inputsType(inputs)],
    ['steps', stepsType(outlines)],
    [
      'run',
      objectType([
        ['id', stringType],
        ['runbook', stringType],
        ['toolSha256', stringType],
      ]),
    ],
  ])
  let broken = false
  const reportBroken: Report = (problem) => {
    broken = true
    report(problem)
  }
  const templates: Template[] = []
  const context: EntriesContext = {
    source,
    catalog,
    bindings,
    roots,
    report: reportBroken,
    compiled: (template) => templates.push(template),
  }
  const all = outlinesById(outlines)
  const steps = await readEntries(outlined.steps, context, all)
  const last = await readEntries(outlined.finally, withOutcome(context), all)
  const outputsNode: Node = member(root, 'outputs') ?? { kind: 'map', span: root.span, entries: new Map() }
  const { template: outputs } = await compileTemplate(
    outputsNode,
    { roots, stepRoots: new Set(['steps']), ...visibilityAt(all, undefined) },
    source,
    reportBroken,
  )
  templates.push(outputs)
  checkMadeBindings(member(root, 'bindings'), { all, entries: [...steps, ...last], report })
  const unread = [...walkEntries([...steps, ...last])].length < all.size
  refuseUnusedInputs(inputs, templates, broken || unread ? source.text : undefined, report)
  refuseUnusedBindings(bindings, [...all.values()], report)
  return {
    source,
    name: textAt(root, 'runbook'),
    version: textAt(root, 'version'),
    title: textAt(root, 'title'),
    description: stringOf(member(root, 'description')),
    again: againOf(textAt(root, 'again')),
    inputs,
    bindings,
    steps,
    finally: last,
    scripts: new Map(
      [...all.values()].flatMap(({ script }) => (script === undefined ? [] : [[script.path, script.sha256] as const])),
    ),
    outputs,
  }
}

function inputsType(inputs: ReadonlyMap<string, InputDeclaration>) {
  return objectType([...inputs].map(([name, { schema }]) => [name, typeOfSchema(schemaFrom(schema))] as const))
}

function textAt(root: MapNode, key: string): string {
  return stringOf(member(root, key)) ?? ''
}

function againOf(text: string): Runbook['again'] {
  return text === 'converge' || text === 'repeat' ? text : 'refuse'
}
