import { defineBindingKind } from '../../../engine/step/binding-kind.ts'
import type { Capabilities } from '../../../engine/step/capabilities.ts'
import { Type } from 'typebox'
import type { World } from './world.ts'

/** What every toy step type has. */
export const toy = { version: 1, permissions: [], examples: [], target: 'host' } as const

export const strict = { additionalProperties: false }

/** The toy world is handed out as a `host`: nothing but these step types and tests ever look at it. */
export function worldOf({ target }: { readonly target: unknown }): World {
  return target as World
}

/** The worlds that bindings of kind `toy-world` open, by the name in their entry. */
export const worlds = new Map<string, World>()

/** A binding on a toy world, for runs that open their bindings. */
export const toyWorld = defineBindingKind({
  name: 'toy-world',
  summary: 'A world in memory',
  provides: 'host',
  config: Type.Object({ world: Type.String(), note: Type.Optional(Type.String()) }, strict),
  claims: ({ world }) => `toy world ${world}`,
  async open({ world }) {
    await Promise.resolve()
    worlds.get(world)?.request('OpenWorld', () => undefined)
    const capability = worlds.get(world) as unknown as Capabilities['host'] // see `worldOf`
    return {
      capability,
      facts: { world },
      verify: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }
  },
})
