import { StepError } from '../../engine/step/errors.ts'

type Attributes = Readonly<Record<string, boolean>>

/** One line of the table of attributes. */
export type ComparedAttribute = {
  readonly name: string
  readonly original: string
  readonly copy: string
  readonly rule: 'equal' | 'stated' | 'lost'
}

/** A key that came from outside was not made there, and was once outside: these are false in every copy. */
const lost = new Set(['LOCAL', 'ALWAYS_SENSITIVE', 'NEVER_EXTRACTABLE'])

/**
 * Puts the attributes of a private key and its copy side by side.
 *
 * @throws {StepError} `conflict` when one differs that must not
 */
export function compareAttributes(original: Attributes, copy: Attributes): ComparedAttribute[] {
  const names = [...new Set([...Object.keys(original), ...Object.keys(copy)])].toSorted()
  const table = names.map((name): ComparedAttribute => {
    const rule = lost.has(name) ? 'lost' : name === 'EXTRACTABLE' ? 'stated' : 'equal'
    return { name, original: String(original[name] ?? '-'), copy: String(copy[name] ?? '-'), rule }
  })
  const wrong = table.filter(
    (each) => each.rule === 'equal' && each.original !== '-' && each.copy !== '-' && each.original !== each.copy,
  )
  if (wrong.length === 0) return table
  const list = wrong.map((each) => `\`${each.name}\` is \`${each.copy}\`, in the original \`${each.original}\``)
  throw new StepError('conflict', `attributes of the copy differ: ${list.join('; ')}`)
}
