import type { RunHost } from '../../run/host.ts'

/**
 * A host that tells each point at which power could be lost: just before and just after each record that is written, each effect, and
 * each sleep. What else a host can do goes through to it.
 *
 * @param reached called with the point's name, such as `after record step/rootKey/started`; what it throws stops the run
 */
export function watchHost(host: RunHost, reached: (point: string) => void): RunHost {
  const watched: Pick<RunHost, 'record' | 'effect' | 'sleepUntil' | 'all'> = {
    all: (branches, options) =>
      host.all(
        branches.map((run) => (branch) => run(watchHost(branch, reached))),
        options,
      ),
    async record(key, value) {
      if (host.recall(key) !== undefined) return host.record(key, value)
      reached(`before record ${key}`)
      const kept = await host.record(key, value)
      reached(`after record ${key}`)
      return kept
    },
    async effect(key, deadline, run) {
      reached(`before ${key}`)
      const result = await host.effect(key, deadline, run)
      reached(`after ${key}`)
      return result
    },
    async sleepUntil(at) {
      reached('before sleeping')
      await host.sleepUntil(at)
      reached('after sleeping')
    },
  }
  return new Proxy(host, {
    get(target, name) {
      if (name in watched) return Reflect.get(watched, name) as unknown
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
}

/** The address of the step that a point belongs to; `undefined`: it belongs to the run, or does not tell. */
export function stepOf(point: string): string | undefined {
  return /\bstep\/([^/]+)\//.exec(point)?.[1]
}
