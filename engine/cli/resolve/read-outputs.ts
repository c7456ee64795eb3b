import { collector } from '../../diagnostics/collector.ts'
import { DocumentError } from '../../diagnostics/document-error.ts'
import type { Manual, Step } from '../../document/runbook.ts'
import { checkNode } from '../../document/schema/check-node.ts'
import { parseYaml } from '../../document/yaml/parse-yaml.ts'
import { nodeValue } from '../../expressions/node-value.ts'
import { schemaFrom } from '../../expressions/schema.ts'
import type { JsonObject } from '../../step/json.ts'
import { openSource } from '../open-documents.ts'
import { UsageError } from '../usage-error.ts'

/**
 * Reads the outputs that somebody claims of a step, YAML or JSON.
 *
 * @throws {DocumentError} naming the place of each mistake; {UsageError} when there is no such file
 */
export async function readOutputs(file: string, step: Step | Manual): Promise<JsonObject> {
  if (step.kind !== 'step') throw new UsageError(`\`${step.address}\` is done by a person, and never in doubt`)
  const source = await openSource(file)
  const { report, list } = collector(source)
  const root = await parseYaml(source, report)
  if (root !== undefined) checkNode(root, schemaFrom(step.type.outputs), { report })
  const mistakes = list()
  if (root === undefined || mistakes.length > 0) throw new DocumentError(mistakes)
  return nodeValue(root) as JsonObject // the schema of outputs wants a mapping
}
