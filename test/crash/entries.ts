import { crashEverywhere, endOf, type Setting, type Undisturbed } from './everywhere.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'

/** Entries of toy steps, as YAML. `more` begins with a comma. */
export const seat = (id: string, name: string, more = ''): string =>
  `{ id: ${id}, uses: toy.book-seat, target: world, with: { seat: ${name} }${more} }`
export const set = (id: string, name: string, value: number, more = ''): string =>
  `{ id: ${id}, uses: toy.set-setting, target: world, with: { name: ${name}, value: ${value} }${more} }`
export const look = (id: string, name: string, more = ''): string =>
  `{ id: ${id}, uses: toy.look-at, target: world, with: { name: ${name} }${more} }`

/** An expression, as YAML. */
export const cel = (text: string): string => `'\${{ ${text} }}'`

/** What a request meets that no service would do, and that nothing tries again by itself. */
export const denied = { code: 'denied', committed: false, outcomeUnknown: false } as const

/** Every request of this kind is denied. */
export function denyAlways(world: World, operation: string): void {
  for (let n = 0; n < 40; n += 1) world.plan(operation, denied)
}

/** Loses power everywhere in a runbook of these steps; see {@link crashEverywhere}. */
export async function everywhere(
  steps: string,
  rest = '',
  setting: Setting = {},
): Promise<Undisturbed & { readonly points: number; readonly ledger: readonly string[]; readonly end: object }> {
  const all = await crashEverywhere(await loadToy(steps, { rest }), setting)
  return { ...all, ledger: all.stage.world.ledger, end: endOf(all.ending) }
}
