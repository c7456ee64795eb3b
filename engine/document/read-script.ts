import { createHash } from 'node:crypto'
import { entriesOf, member, stringOf, type MapNode } from '../expressions/node.ts'
import { nodeValue } from '../expressions/node-value.ts'
import type { Schema } from '../expressions/schema.ts'
import { scriptFaults } from '../step/script.ts'
import type { StepType } from '../step/step-type.ts'
import type { Catalog } from './catalog.ts'
import type { Report } from '../diagnostics/collector.ts'
import { readInputs } from './read-inputs.ts'

/** How the files of scripts are read. */
export interface ScriptFiles {
  readonly report: Report
  /** Reads the file of a script, by the path as written. */
  readonly readFile: (path: string) => Promise<Uint8Array>
  readonly resolvePath: (path: string) => string
}

/** A script that a runbook runs, read and hashed. */
export interface ReadScript {
  /** As written. */
  readonly path: string
  /** Of its bytes, hex: what resume and plans are pinned to. */
  readonly sha256: string
  readonly type: StepType | undefined
}

/** Reads the file of a `script:` entry and makes the step type that runs it. Mistakes are reported. */
export async function readScript(
  node: MapNode,
  catalog: Catalog,
  { report, readFile, resolvePath }: ScriptFiles,
): Promise<ReadScript | undefined> {
  const written = member(node, 'script')
  const path = stringOf(written)
  if (written === undefined || path === undefined) return undefined
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const message = `script \`${path}\` cannot be read (\`${code}\`)`
    report({
      code: 'missing-script',
      message,
      hint: 'its path starts from the folder of the runbook',
      span: written.span,
    })
    return undefined
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const check = { bytes, effect: effectOf(stringOf(member(node, 'effect'))), hasCheck: isTrue(node, 'check') }
  for (const { message, hint, line } of scriptFaults(check))
    report({ code: 'unfit-script', message: `${path}:${line}: ${message}`, hint, span: written.span })
  const { script } = catalog
  if (script === undefined) {
    report({ code: 'unknown-step-type', message: 'no family runs scripts', span: written.span })
    return { path, sha256, type: undefined }
  }
  const declared = readInputs(member(node, 'outputs'), report)
  const outputs: Schema = {
    type: 'object',
    additionalProperties: false,
    required: [...declared].filter(([, each]) => each.default === undefined).map(([name]) => name),
    properties: Object.fromEntries([...declared].map(([name, { schema }]) => [name, schema])),
  }
  const type = script({
    path: resolvePath(path),
    sha256,
    ...check,
    outputs: { ...outputs },
  })
  return { path, sha256, type }
}

function effectOf(text: string | undefined): 'read' | 'idempotent' | 'once' {
  return text === 'read' || text === 'idempotent' ? text : 'once'
}

function isTrue(node: MapNode, key: string): boolean {
  const entry = entriesOf(node).find(([name]) => name === key)
  return entry !== undefined && nodeValue(entry[1].value) === true
}
