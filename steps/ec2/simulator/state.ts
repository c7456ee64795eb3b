import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { readJson, writeDurably } from '../../aws/simulator/durable-file.ts'

const rule = Type.Object({
  protocol: Type.String(),
  /** -1: all. */
  from: Type.Integer(),
  to: Type.Integer(),
  kind: Type.Enum(['group', 'ipv4', 'ipv6', 'prefix-list']),
  source: Type.String(),
})

/** One source that a group lets in. */
export interface Rule extends Readonly<Static<typeof rule>> {}

/** Rules of the groups whose rules were changed. */
const stateSchema = Type.Object({ ingress: Type.Record(Type.String(), Type.Array(rule)) })

/** What was changed of security groups. */
export class Ingress {
  readonly #path: string
  #ingress: Readonly<Record<string, readonly Rule[]>>

  constructor(folder: string) {
    this.#path = join(folder, 'state.json')
    const stored = readJson(this.#path)
    this.#ingress = stored === undefined ? {} : Value.Parse(stateSchema, stored).ingress
  }

  /** @returns `undefined` when the group is as it was made */
  of(groupId: string): readonly Rule[] | undefined {
    return this.#ingress[groupId]
  }

  /** Durable before it returns. */
  set(groupId: string, rules: readonly Rule[]): void {
    const ingress = { ...this.#ingress, [groupId]: rules }
    writeDurably(this.#path, JSON.stringify({ ingress }, undefined, 2))
    this.#ingress = ingress
  }
}
