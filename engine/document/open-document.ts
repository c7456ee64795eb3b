import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile } from '../diagnostics/diagnostic.ts'
import { member, type MapNode } from '../expressions/node.ts'
import type { Schema } from '../expressions/schema.ts'
import { checkNode } from './schema/check-node.ts'
import { parseYaml } from './yaml/parse-yaml.ts'

const documents = ['runbook', 'environment', 'rehearsal'] as const

/** Parses a file and checks its grammar; `undefined` when there is nothing to go on with. Mistakes are reported. */
export async function openDocument(
  source: SourceFile,
  wanted: (typeof documents)[number],
  schema: Schema,
  report: Report,
): Promise<MapNode | undefined> {
  const root = await parseYaml(source, report)
  if (root === undefined) return undefined
  if (root.kind !== 'map') {
    checkNode(root, schema, { report })
    return undefined
  }
  const other = documents.find((name) => name !== wanted && root.entries.has(name))
  if (other !== undefined && !root.entries.has(wanted)) {
    const span = root.entries.get(other)?.keySpan ?? root.span
    report({
      code: 'wrong-document',
      message: `wanted a file of kind \`${wanted}\`, found one of kind \`${other}\``,
      span,
    })
    return undefined
  }
  const format = member(root, 'format')
  if (format?.kind === 'scalar' && typeof format.value === 'number' && format.value !== 1) {
    const message = `wanted format \`1\`, found \`${format.value}\``
    report({
      code: 'wrong-format',
      message,
      hint: 'use the version of `runbook` that the file was written for',
      span: format.span,
    })
    return undefined
  }
  checkNode(root, schema, { report })
  return root
}
