import { suggest } from '../diagnostics/suggest.ts'
import type { Range, Reference } from './reference.ts'
import type { Refusal, ScopeTypes } from './scope-types.ts'
import { anyType, describeType, type Type } from './type.ts'

export type Resolved =
  | { readonly state: 'found'; readonly type: Type; readonly absent: number | undefined }
  | { readonly state: 'refused'; readonly refusal: Refusal; readonly range: Range }

/** Follows a path through the types of a scope. */
export function resolveReference(reference: Reference, scope: ScopeTypes): Resolved {
  const { path } = reference
  const [root] = path
  let type = scope.roots.get(root)
  if (type === undefined) {
    const names = [...scope.roots.keys()]
    return refused(reference, 0, { code: 'unknown-name', message: `unknown name \`${root}\``, ...suggest(root, names) })
  }
  let absent: number | undefined // index of the first part of the path that may not be there
  for (const [index, name] of path.entries()) {
    if (index === 0) continue
    if (type.kind === 'any') return { state: 'found', type, absent }
    if (type.kind === 'map') {
      type = type.values
      continue
    }
    if (type.kind !== 'object') return refused(reference, index, notAMap(path.slice(0, index).join('.'), name, type))
    const found = type.members.get(name)
    if (found === undefined) return refused(reference, index, unknownMember(path, index, type.members.keys(), scope))
    if (found.optional || scope.mayBeAbsent?.(path.slice(0, index + 1)) === true) absent ??= index
    type = found.type
    const refusal = scope.refuse?.(path.slice(0, index + 1))
    if (refusal !== undefined) return refused(reference, index, refusal)
  }
  const shortest = scope.stepRoots.has(root) ? 3 : 1
  if (path.length >= shortest) return { state: 'found', type: reference.computed ? anyType : type, absent }
  return refused(reference, path.length - 1, {
    code: 'incomplete-reference',
    message: `\`${path.join('.')}\` names no output`,
    hint: `write \`${root}.${path[1] ?? 'ID'}.outputs.NAME\``,
  })
}

function refused(reference: Reference, index: number, refusal: Refusal): Resolved {
  return { state: 'refused', refusal, range: reference.ranges[index] ?? { start: 0, end: 1 } }
}

function notAMap(owner: string, name: string, type: Type): Refusal {
  return { code: 'unknown-member', message: `\`${owner}\` is ${describeType(type)} and has no \`${name}\`` }
}

function unknownMember(path: readonly string[], index: number, members: Iterable<string>, scope: ScopeTypes): Refusal {
  const name = path[index] ?? ''
  const [root = '', step] = path
  const hint = suggest(name, members)
  if (scope.stepRoots.has(root)) {
    if (index === 1) return { code: 'unknown-step', message: `unknown step \`${name}\``, ...hint }
    if (index === 3) return { code: 'unknown-output', message: `step \`${step}\` has no output \`${name}\``, ...hint }
  } else if (index === 1 && root === 'inputs')
    return { code: 'unknown-input', message: `unknown input \`${name}\``, ...hint }
  else if (index === 1 && root === 'outputs')
    return { code: 'unknown-output', message: `unknown output \`${name}\``, ...hint }
  else if (index === 1 && root === 'bindings')
    return { code: 'unknown-binding', message: `unknown binding \`${name}\``, ...hint }
  return { code: 'unknown-member', message: `\`${path.slice(0, index).join('.')}\` has no \`${name}\``, ...hint }
}
