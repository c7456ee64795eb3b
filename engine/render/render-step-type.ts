import type { BindingKind } from '../step/binding-kind.ts'
import type { Family } from '../step/family.ts'
import type { StepType } from '../step/step-type.ts'
import { columns, indent } from './columns.ts'
import type { Paint } from './paint.ts'
import { type Field, schemaFields } from './schema-fields.ts'
import { stepTypeFacts } from './step-type-facts.ts'

/** All step types and binding kinds, a line each. */
export function renderStepList(families: readonly Family[], paint: Paint): string {
  const blocks = families.map(({ name, summary, stepTypes, bindingKinds }) => [
    `${paint(name, 'bold')}: ${summary}`,
    ...indent(
      columns([
        ...stepTypes.map((type) => [type.name, type.summary]),
        ...bindingKinds.map((kind) => [`kind ${kind.name}`, kind.summary]),
      ]),
    ),
  ])
  return text(blocks)
}

/** One step type, as whoever writes a runbook needs it. */
export function renderStepType(type: StepType, paint: Paint): string {
  return text([
    [`${paint(type.name, 'bold')}: ${type.summary}`],
    columns(stepTypeFacts(type)),
    fieldLines('inputs', type.inputs, paint),
    fieldLines('outputs', type.outputs, paint),
    ...type.examples.map(({ title, yaml }) => [
      `${paint('example', 'bold')}: ${title}`,
      ...indent(yaml.trimEnd().split('\n')),
    ]),
    ...(type.notRehearsed === undefined
      ? []
      : [[paint('a rehearsal does not show', 'bold'), ...indent(type.notRehearsed.map((clause) => `- ${clause}`))]]),
  ])
}

/** One binding kind, as whoever writes an environment needs it. */
export function renderBindingKind(kind: BindingKind, paint: Paint): string {
  return text([
    [`${paint(kind.name, 'bold')}: ${kind.summary}`],
    columns([['provides', kind.provides]]),
    fieldLines('entry', kind.config, paint),
  ])
}

function fieldLines(title: string, schema: object, paint: Paint): string[] {
  const fields = schemaFields(schema)
  if (fields.length === 0) return [`${paint(title, 'bold')}: none`]
  return [
    paint(title, 'bold'),
    ...indent(columns(fields.map((field) => [field.name, wantsText(field), field.description]))),
  ]
}

function wantsText({ wants, optional, byDefault }: Field): string {
  if (byDefault !== undefined) return `${wants} (${byDefault})`
  return optional ? `${wants} (may be absent)` : wants
}

function text(blocks: readonly (readonly string[])[]): string {
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}
