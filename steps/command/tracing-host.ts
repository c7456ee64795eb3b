import type { CommandResult, Host } from '../../engine/step/capabilities.ts'

/** A host that can tell, after a crash, whether a program of an effect still runs. */
export interface TracingHost extends Host {
  exec(
    argv: readonly [string, ...string[]],
    options: { readonly signal: AbortSignal; readonly effectId?: string },
  ): Promise<CommandResult>
  /** @returns process ids; `undefined` when it cannot be told */
  running(effectId: string): Promise<readonly number[] | undefined>
}

/** Narrows the engine's capability; `undefined` for a host that keeps no trace. */
export function asTracingHost(host: Host): TracingHost | undefined {
  // a member of that name is what makes it one
  return 'running' in host ? (host as TracingHost) : undefined
}
