import type { Report } from '../diagnostics/collector.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { Refusal } from '../expressions/scope-types.ts'
import { typeOfSchema } from '../expressions/type-of-schema.ts'
import { anyType, objectType, type Type } from '../expressions/type.ts'
import type { StepType } from '../step/step-type.ts'
import type { Catalog } from './catalog.ts'

/** A step before its inputs are looked at: what the other steps need to know of it. */
export interface StepOutline {
  readonly id: string
  readonly number: string
  readonly node: MapNode
  /** `undefined` when it is unknown, which was reported. */
  readonly type: StepType | undefined
}

/** Ids and step types of a list of steps; duplicate ids and unknown step types are reported. */
export function outlineSteps(list: Node | undefined, { stepTypes }: Catalog, report: Report): readonly StepOutline[] {
  const taken = new Map<string, string>()
  return itemsOf(list).flatMap((node, index) => {
    if (node.kind !== 'map') return []
    const number = String(index + 1)
    const idNode = member(node, 'id')
    const id = stringOf(idNode) ?? ''
    const first = taken.get(id)
    if (idNode !== undefined && id !== '' && first !== undefined) {
      const message = `step id \`${id}\` is taken by step ${first}`
      report({ code: 'duplicate-id', message, hint: 'give each step an id of its own', span: idNode.span })
    } else taken.set(id, number)
    const uses = member(node, 'uses')
    const name = stringOf(uses)
    const type = name === undefined ? undefined : stepTypes.get(name)
    if (uses !== undefined && name !== undefined && type === undefined) {
      report({
        code: 'unknown-step-type',
        message: `unknown step type \`${name}\``,
        ...suggestType(name, stepTypes),
        span: uses.span,
      })
    }
    return [{ id, number, node, type }]
  })
}

function suggestType(name: string, stepTypes: ReadonlyMap<string, StepType>): { readonly hint?: string } {
  const near = suggest(name, stepTypes.keys())
  if (near.hint !== undefined) return near
  const [family = ''] = name.split('.', 1)
  const siblings = [...stepTypes.keys()].filter((other) => other.startsWith(`${family}.`))
  return siblings.length === 0 ? { hint: '`runbook steps` lists all step types' } : suggest(name, siblings)
}

/** The type of `steps` (or `world`) in expressions. */
export function stepsType(steps: readonly StepOutline[]): Type {
  return objectType(
    steps.map(({ id, type }) => {
      const outputs = type === undefined ? anyType : typeOfSchema(schemaFrom(type.outputs))
      return [id, objectType([['outputs', outputs]])] as const
    }),
  )
}

/** Refuses, at one step, outputs of that step itself and of later ones. */
export function refuseLater(
  steps: readonly StepOutline[],
  at: StepOutline,
): (path: readonly string[]) => Refusal | undefined {
  const position = steps.indexOf(at)
  return ([root, id, ...rest]) => {
    if (root !== 'steps' || id === undefined || rest.length > 0) return undefined
    const index = steps.findIndex((step) => step.id === id)
    const found = steps[index]
    if (found === undefined || index < position) return undefined
    if (index === position)
      return { code: 'later-step', message: `step \`${at.id}\` (${at.number}) refers to its own outputs` }
    const message = `step \`${at.id}\` (${at.number}) refers to step \`${id}\` (${found.number}), which runs later`
    return { code: 'later-step', message, hint: `move \`${id}\` before \`${at.id}\`` }
  }
}
