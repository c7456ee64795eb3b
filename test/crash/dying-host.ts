import type { RunHost } from '../../engine/run/host.ts'
import { PowerLost } from './virtual-host.ts'

/** A host that goes dead just before, or just behind, its n-th record or effect. */
export function dyingAt(n: number, points: string[]): (host: RunHost) => RunHost {
  const dying = (host: RunHost): RunHost => {
    const point = (name: string): void => {
      if (points.length > n) throw new PowerLost()
      points.push(name)
      if (points.length > n) throw new PowerLost()
    }
    const around = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
      point(`before ${name}`)
      const result = await run()
      point(`after ${name}`)
      return result
    }
    return {
      recall: (key) => host.recall(key),
      record: (key, value) => around(key, () => host.record(key, value)),
      effect: (key, deadline, run) => around(key, () => host.effect(key, deadline, run)),
      all: (branches, options) =>
        host.all(
          branches.map((run) => (branch: RunHost) => run(dying(branch))),
          options,
        ),
      sleepUntil: (at) => host.sleepUntil(at),
      receive: (request) => host.receive(request),
      safePoint: () => host.safePoint(),
      now: () => host.now(),
      random: () => host.random(),
      head: () => host.head(),
      emit: (event) => host.emit(event),
    }
  }
  return dying
}
