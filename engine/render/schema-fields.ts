import { describeSchema } from '../document/describe.ts'
import type { Schema } from '../expressions/schema.ts'
import { schemaFrom } from '../expressions/schema.ts'

/** One value that a schema describes, for a table. */
export interface Field {
  /** `rdn.type`, `items[].oid`. */
  readonly name: string
  /** In words: `a string`. */
  readonly wants: string
  /** Absent: it must be given. */
  readonly optional: boolean
  readonly byDefault: string | undefined
  readonly description: string
}

/** The members of an object schema, those of nested objects behind them. */
export function schemaFields(schema: object): readonly Field[] {
  return fieldsOf(schemaFrom(schema), '')
}

function fieldsOf(schema: Schema, prefix: string): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = `${prefix}${name}`
    const field: Field = {
      name: path,
      wants:
        member.type === 'array' && member.items !== undefined
          ? `a list, each ${describeSchema(member.items)}`
          : describeSchema(member),
      optional: !(schema.required ?? []).includes(name),
      byDefault: member.default === undefined ? undefined : JSON.stringify(member.default),
      description: member.description ?? '',
    }
    const inside = member.type === 'array' ? fieldsOf(member.items ?? {}, `${path}[].`) : fieldsOf(member, `${path}.`)
    return [field, ...inside]
  })
}
