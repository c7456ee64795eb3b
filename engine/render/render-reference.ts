import type { Family } from '../step/family.ts'
import type { StepType } from '../step/step-type.ts'
import { type Field, schemaFields } from './schema-fields.ts'
import { stepTypeFacts } from './step-type-facts.ts'

/** The reference of all step types and binding kinds as Markdown: `steps/README.md`. */
export function renderReference(families: readonly Family[]): string {
  const all = families.filter(({ stepTypes, bindingKinds }) => stepTypes.length + bindingKinds.length > 0)
  const blocks = [
    '# Step types',
    'Generated from the code; a test compares. `runbook steps NAME` prints the same on a terminal.',
    ...all.flatMap((family) => [
      `## ${family.name}`,
      `${family.summary}.`,
      ...family.bindingKinds.flatMap((kind) => [
        `### Binding kind \`${kind.name}\``,
        `${kind.summary}. Provides \`${kind.provides}\`.`,
        ...table(kind.config, 'Nothing to say in its entry.'),
      ]),
      ...family.stepTypes.flatMap(stepTypeBlocks),
    ]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function stepTypeBlocks(type: StepType): string[] {
  return [
    `### \`${type.name}\``,
    `${type.summary}.`,
    stepTypeFacts(type)
      .map(([name, text]) => `- ${name}: ${text}`)
      .join('\n'),
    'Inputs:',
    ...table(type.inputs, 'None.'),
    'Outputs:',
    ...table(type.outputs, 'None.'),
    ...type.examples.flatMap(({ title, yaml }) => [`${title}:`, `\`\`\`yaml\n${yaml.trimEnd()}\n\`\`\``]),
    ...(type.notRehearsed === undefined
      ? []
      : ['A rehearsal does not show:', type.notRehearsed.map((clause) => `- ${clause}`).join('\n')]),
  ]
}

function table(schema: object, empty: string): string[] {
  const fields = schemaFields(schema)
  if (fields.length === 0) return [empty]
  return [['| name | value | meaning |', '|---|---|---|', ...fields.map(row)].join('\n')]
}

function row({ name, wants, optional, byDefault, description }: Field): string {
  const given = byDefault !== undefined ? `, default \`${byDefault}\`` : optional ? ', may be absent' : ''
  return `| \`${name}\` | ${cell(wants)}${cell(given)} | ${cell(description)} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
