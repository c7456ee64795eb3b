import type { Node } from '../../expressions/node.ts'
import { member } from '../../expressions/node.ts'
import { nodeValue } from '../../expressions/node-value.ts'
import type { Schema } from '../../expressions/schema.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import type { Place, ValueProblem } from './place.ts'
import { describeNode, describeSchema } from '../describe.ts'

/**
 * `anyOf` and `oneOf`. When none fits, the mistakes of the branch that was meant are told: the one whose constants the value
 * has, or the only one of its type.
 */
export function problemsOfBranches(
  place: Place,
  problemsOf: (place: Place) => readonly ValueProblem[],
): readonly ValueProblem[] {
  const { node, schema, path } = place
  const branches = schema.anyOf ?? schema.oneOf ?? []
  const tried = branches.map((branch) => ({ branch, problems: problemsOf({ ...place, schema: branch }) }))
  if (tried.some(({ problems }) => problems.length === 0)) return []
  const near = tried.filter(({ branch, problems }) => constantsAgree(node, branch) && !problems.some(isAbout(path)))
  const [meant, another] = near
  if (meant !== undefined && another === undefined) return meant.problems
  const choice = choiceOf(node, branches)
  if (choice !== undefined) {
    const { name, wanted, found } = choice
    if (found === undefined) {
      const hint = `add \`${name}\`: ${describeSchema({ enum: wanted })}`
      return [{ code: 'missing-key', message: `key \`${name}\` is missing`, hint, span: place.key, path }]
    }
    return problemsOf({ ...place, node: found, schema: { enum: wanted }, path: `${path}.${name}` })
  }
  const literals = branches.map(({ const: value }) => value)
  const names = literals.every((value) => typeof value === 'string') ? literals : []
  const message = `wanted ${describeSchema(schema)}, found ${describeNode(node)}`
  const hint =
    node.kind === 'scalar' && typeof node.value === 'string' && names.length > 0 ? suggest(node.value, names) : {}
  return [{ code: 'wrong-value', message, ...hint, span: node.span, path }]
}

/** Holds for a mistake in the value itself rather than in a part of it. */
function isAbout(path: string) {
  return (problem: ValueProblem) =>
    problem.path === path && ['wrong-type', 'wrong-value', 'type-mismatch'].includes(problem.code)
}

/** The member by whose constant the branches differ, such as `kind`. */
function choiceOf(node: Node, branches: readonly Schema[]) {
  if (node.kind !== 'map') return undefined
  const [first] = branches
  const name = Object.keys(first?.properties ?? {}).find((key) =>
    branches.every(({ properties }) => properties?.[key]?.const !== undefined),
  )
  if (name === undefined) return undefined
  return {
    name,
    wanted: branches.flatMap(({ properties }) => properties?.[name]?.const ?? []),
    found: member(node, name),
  }
}

function constantsAgree(node: Node, branch: Schema): boolean {
  return Object.entries(branch.properties ?? {}).every(([name, { const: wanted }]) => {
    if (wanted === undefined) return true
    const found = member(node, name)
    return found !== undefined && nodeValue(found) === wanted
  })
}
