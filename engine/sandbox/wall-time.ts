import type { RunEvent } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'

/** Where the time of a run went, by the sandbox's clock; milliseconds. */
export interface WallTime {
  /** From its beginning to its end. */
  readonly wholeMs: number
  /** While a service, a device or this program worked. */
  readonly servicesMs: number
  /** While nothing but a `wait` of the runbook went on. */
  readonly waitsMs: number
  /** While nothing but people were waited for: as quick as the simulated ones were. */
  readonly peopleMs: number
  /** The steps that took longest, first the longest; steps at the same time count each for itself. */
  readonly longest: readonly { readonly step: StepName; readonly tookMs: number }[]
}

/** What goes on in an entry that was begun and has not ended. */
type Activity = 'services' | 'waits' | 'people'

/** So many steps are named. */
const mostNamed = 5

/** Adds up where the time of a run goes, from its events. */
export class WallClock {
  readonly #now: () => number
  readonly #begunAt: number
  readonly #open = new Map<string, { readonly step: StepName; readonly at: number; activity: Activity }>()
  readonly #spent: Record<Activity, number> = { services: 0, waits: 0, people: 0 }
  readonly #took: { readonly step: StepName; readonly tookMs: number }[] = []
  #last: number

  /** @param now the run's clock */
  constructor(now: () => number) {
    this.#now = now
    this.#begunAt = now()
    this.#last = this.#begunAt
  }

  take(event: RunEvent): void {
    this.#count(this.#now())
    switch (event.type) {
      case 'step-started':
        this.#open.set(event.step.id, {
          ...{ step: event.step, at: this.#last, activity: event.uses === 'wait' ? 'waits' : 'services' },
        })
        return
      case 'step-waiting':
        if (event.people !== undefined) this.#turn(event.step, 'people')
        return
      case 'person-needed':
        return this.#turn(event.request.step, 'people')
      case 'person-answered':
      case 'step-applying':
      case 'step-retrying':
        return this.#turn(event.step, 'services')
      case 'step-succeeded':
      case 'step-failed':
        return this.#end(event.step)
      case 'run-started':
      case 'head':
      case 'step-skipped':
      case 'block-started':
      case 'block-ended':
      case 'items-known':
      case 'window-short':
      case 'undo-started':
      case 'undo-ended':
      case 'step-already-done':
      case 'step-checking':
      case 'stop-requested':
      case 'run-ended':
        return
    }
  }

  /** @param endedAt on the run's clock, as the sandbox tells it: a simulator may have moved it in the last request */
  wallTime(endedAt: number): WallTime {
    this.#count(endedAt)
    const { services, waits, people } = this.#spent
    const longest = this.#took.toSorted((one, other) => other.tookMs - one.tookMs).slice(0, mostNamed)
    return {
      ...{ wholeMs: this.#last - this.#begunAt, servicesMs: services, waitsMs: waits, peopleMs: people },
      longest: longest.filter(({ tookMs }) => tookMs >= 1_000),
    }
  }

  /** What went by since the last event is of a service, wherever one worked, else of a wait, else of people. */
  #count(now: number): void {
    const activities = new Set([...this.#open.values()].map(({ activity }) => activity))
    const activity = (['services', 'waits', 'people'] as const).find((each) => activities.has(each)) ?? 'services'
    this.#spent[activity] += Math.max(0, now - this.#last)
    this.#last = Math.max(this.#last, now)
  }

  #turn(step: StepName, activity: Activity): void {
    const open = this.#open.get(step.id)
    if (open !== undefined) open.activity = activity
  }

  #end(step: StepName): void {
    const open = this.#open.get(step.id)
    if (open === undefined) return
    this.#open.delete(step.id)
    this.#took.push({ step: open.step, tookMs: this.#last - open.at })
  }
}
