import { collector, type Report } from '../diagnostics/collector.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts'
import { compileTemplate } from '../expressions/compile-template.ts'
import { member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { ScopeTypes } from '../expressions/scope-types.ts'
import { typeOfSchema } from '../expressions/type-of-schema.ts'
import { objectType, stringType } from '../expressions/type.ts'
import type { Family } from '../step/family.ts'
import { catalogOf } from './catalog.ts'
import { openDocument } from './open-document.ts'
import { outlineSteps, stepsType } from './outline-steps.ts'
import { readBindings } from './read-bindings.ts'
import { readInputs } from './read-inputs.ts'
import { readSteps } from './read-steps.ts'
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
  const outlines = outlineSteps(member(root, 'steps'), catalog, report)
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
  const steps = await readSteps(outlines, { source, catalog, bindings, roots, report: reportBroken })
  const outputsNode: Node = member(root, 'outputs') ?? { kind: 'map', span: root.span, entries: new Map() }
  const { template: outputs } = await compileTemplate(
    outputsNode,
    { roots, stepRoots: new Set(['steps']) },
    source,
    reportBroken,
  )
  const unread = steps.length < outlines.length
  refuseUnusedInputs(
    inputs,
    [...steps.map((step) => step.with), outputs],
    broken || unread ? source.text : undefined,
    report,
  )
  refuseUnusedBindings(bindings, outlines, report)
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
