import type { VirtualHost } from '../../../crash/virtual-host.ts'

/** How each step ended, by its id. */
export function outcomesOf({ events }: VirtualHost): Readonly<Record<string, string>> {
  return Object.fromEntries(
    events.flatMap((event) => (event.type === 'step-succeeded' ? [[event.step.id, event.how] as const] : [])),
  )
}
