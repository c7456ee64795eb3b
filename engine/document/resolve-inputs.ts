import { collector } from '../diagnostics/collector.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts'
import { sourceFile } from '../diagnostics/source-file.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { Entry, MapNode } from '../expressions/node.ts'
import { nodeOf, nodeValue } from '../expressions/node-value.ts'
import { schemaFrom, type Schema } from '../expressions/schema.ts'
import type { Json } from '../step/json.ts'
import { checkNode } from './schema/check-node.ts'
import type { Environment, InputValues } from './environment.ts'
import { parseYaml } from './yaml/parse-yaml.ts'
import type { InputDeclaration, Runbook } from './runbook.ts'

/** Where values of inputs come from; an earlier one goes before a later one. */
export interface GivenInputs {
  /** `name=value`, as after `--input`. */
  readonly arguments?: readonly string[]
  /** Files of `name: value`, YAML or JSON, as after `--inputs`. */
  readonly files?: readonly SourceFile[]
  /** Its `inputs` for this runbook. */
  readonly environment?: Environment | undefined
}

export interface ResolvedInputs {
  /** `undefined` when there are diagnostics. */
  readonly values: InputValues | undefined
  /** Each names the place the value came from. */
  readonly diagnostics: readonly Diagnostic[]
}

interface Given {
  readonly source: SourceFile
  readonly entry: Entry
}

/** The values of a runbook's inputs, every one of them checked against its declaration. */
export async function resolveInputs(runbook: Runbook, given: GivenInputs): Promise<ResolvedInputs> {
  const diagnostics: Diagnostic[] = []
  const layers: ReadonlyMap<string, Given>[] = [readArguments(runbook, given.arguments ?? [], diagnostics)]
  for (const file of given.files ?? []) layers.push(await readFile(file, diagnostics))
  if (given.environment !== undefined) layers.push(readEnvironment(runbook, given.environment))
  for (const layer of layers) {
    for (const [name, { source, entry }] of layer) diagnostics.push(...problemsOfValue(runbook, name, source, entry))
  }
  const values: Record<string, Json> = {}
  for (const [name, declaration] of runbook.inputs) {
    const found = layers.map((layer) => layer.get(name)).find((value) => value !== undefined)
    const value = found === undefined ? declaration.default : nodeValue(found.entry.value)
    if (value === undefined) diagnostics.push(missing(runbook, name, declaration))
    else values[name] = value
  }
  return { values: diagnostics.length === 0 ? values : undefined, diagnostics }
}

function problemsOfValue(
  runbook: Runbook,
  name: string,
  source: SourceFile,
  { keySpan, value }: Entry,
): readonly Diagnostic[] {
  const { report, list } = collector(source)
  const declaration = runbook.inputs.get(name)
  if (declaration === undefined) {
    const message = `runbook \`${runbook.name}\` has no input \`${name}\``
    report({ code: 'unknown-input', message, ...suggest(name, runbook.inputs.keys()), span: keySpan })
  } else checkNode(value, schemaFrom(declaration.schema), { report, key: keySpan, holes: new Map() })
  return list()
}

function missing({ source }: Runbook, name: string, { description, span }: InputDeclaration): Diagnostic {
  const hint = `give \`--input ${name}=…\` (${description})`
  return { code: 'missing-input', message: `input \`${name}\` has no value`, hint, source, span }
}

function readArguments(
  runbook: Runbook,
  texts: readonly string[],
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>()
  for (const text of texts) {
    const equals = text.indexOf('=')
    const source = sourceFile('--input', text)
    const keySpan = { start: 0, end: equals < 0 ? text.length : equals }
    const name = text.slice(0, keySpan.end)
    if (equals < 1) {
      const message = `wanted \`name=value\`, found \`${text}\``
      diagnostics.push({ code: 'wrong-form', message, source, span: keySpan })
    } else if (given.has(name)) {
      diagnostics.push({ code: 'duplicate-key', message: `input \`${name}\` is given twice`, source, span: keySpan })
    } else {
      const declaration = runbook.inputs.get(name)
      const value = valueOfText(text.slice(equals + 1), declaration === undefined ? {} : schemaFrom(declaration.schema))
      given.set(name, { source, entry: { keySpan, value: nodeOf(value, { start: equals + 1, end: text.length }) } })
    }
  }
  return given
}

/** Reads a text as the type that is wanted; what cannot be read stays text, for the check to report. */
function valueOfText(text: string, { type }: Schema): Json {
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text
    case 'number':
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'array':
      return jsonOf(text)
    default:
      return text
  }
}

function jsonOf(text: string): Json {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

async function readFile(source: SourceFile, diagnostics: Diagnostic[]): Promise<ReadonlyMap<string, Given>> {
  const { report, list } = collector(source)
  const root = await parseYaml(source, report)
  if (root !== undefined)
    checkNode(root, { type: 'object', additionalProperties: { 'x-runbook-template': true } }, { report })
  diagnostics.push(...list())
  return root?.kind === 'map' ? givenBy(source, root) : new Map()
}

function readEnvironment(runbook: Runbook, { source, inputNodes }: Environment): ReadonlyMap<string, Given> {
  const node = inputNodes.get(runbook.name)
  return node === undefined ? new Map() : givenBy(source, node)
}

function givenBy(source: SourceFile, node: MapNode): ReadonlyMap<string, Given> {
  return new Map([...node.entries].map(([name, entry]) => [name, { source, entry }]))
}
