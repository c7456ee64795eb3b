import type { RunEvent } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import { RemainingWork } from './remaining-work.ts'

/** What a step that runs does right now. Moments are milliseconds since the epoch on the run's clock. */
export type Doing =
  | { readonly kind: 'working' }
  | { readonly kind: 'applying'; readonly effectId: string }
  | { readonly kind: 'waiting'; readonly what: string; readonly until: number }
  | { readonly kind: 'retrying'; readonly message: string; readonly attempt: number; readonly at: number }
  | { readonly kind: 'asking'; readonly whom: string }
  | { readonly kind: 'undoing' }

export interface RunningStep {
  readonly step: StepName
  /** On the clock of whoever shows it. */
  readonly since: number
  doing: Doing
}

/** What a drawing of a run shows now: folded from its events, each at the same cost. */
export class LiveRun {
  /** By address, the one that runs longest first. */
  readonly running = new Map<string, RunningStep>()
  work = new RemainingWork([])
  /** When the maintenance window closes, milliseconds since the epoch. */
  windowUntil: number | undefined
  windowShort = false
  stopping = false
  /** Sandboxes have a clock of their own, which leaps: how long from now cannot be told. */
  clockLeaps = false
  undone = 0

  /**
   * @param now milliseconds on the clock of whoever shows it
   * @returns how long the step took that the event ended
   */
  take(event: RunEvent, now: number): number | undefined {
    switch (event.type) {
      case 'run-started':
        this.work = new RemainingWork(event.steps)
        this.clockLeaps = event.environment.kind === 'sandbox'
        if (event.window !== undefined) this.windowUntil = Date.parse(event.window.until)
        return undefined
      case 'step-started':
        this.#enter(event.step, { kind: 'working' }, now)
        return undefined
      case 'step-applying':
        this.#enter(event.step, { kind: 'applying', effectId: event.effectId }, now)
        return undefined
      case 'step-waiting':
        this.#enter(event.step, { kind: 'waiting', what: event.what, until: Date.parse(event.until) }, now)
        return undefined
      case 'step-retrying': {
        const { message, attempt, at } = event
        this.#enter(event.step, { kind: 'retrying', message, attempt, at: Date.parse(at) }, now)
        return undefined
      }
      case 'person-needed':
        this.#enter(event.request.step, { kind: 'asking', whom: whomOf(event.request) }, now)
        return undefined
      case 'person-answered':
        this.#enter(event.step, { kind: 'working' }, now)
        return undefined
      case 'undo-started':
        this.#enter(event.step, { kind: 'undoing' }, now)
        return undefined
      case 'step-succeeded':
      case 'step-already-done':
        return this.#leave(event.step, now, (since) => this.work.end(event.step.id, since))
      case 'step-failed':
        return this.#leave(event.step, now, (since) => this.work.fail(event.step.id, since))
      case 'undo-ended':
        if (event.how === 'undone') this.undone += 1
        return this.#leave(event.step, now, () => {})
      case 'step-skipped':
        this.work.skip(event.step.id)
        return undefined
      case 'items-known':
        this.work.items(event.step.id, event.items.length)
        return undefined
      case 'window-short':
        this.windowUntil = Date.parse(event.until)
        this.windowShort = true
        return undefined
      case 'stop-requested':
        this.stopping = true
        return undefined
      case 'head':
      case 'step-checking':
      case 'block-started':
      case 'block-ended':
      case 'run-ended':
        return undefined
    }
  }

  #enter(step: StepName, doing: Doing, now: number): void {
    const running = this.running.get(step.id)
    if (running !== undefined) running.doing = doing
    else {
      this.running.set(step.id, { step, since: now, doing })
      if (doing.kind !== 'undoing') this.work.begin(step.id, now)
    }
  }

  #leave({ id }: StepName, now: number, tell: (since: number | undefined) => void): number | undefined {
    const since = this.running.get(id)?.since
    this.running.delete(id)
    tell(since)
    return since === undefined ? undefined : now - since
  }
}

function whomOf(request: Extract<RunEvent, { type: 'person-needed' }>['request']): string {
  switch (request.kind) {
    case 'approval': {
      const given = request.given.length === 0 ? '' : `; ${request.given.join(', ')} approved`
      return `waits for approval by ${request.count} of role ${request.role}${given}`
    }
    case 'confirmation':
      return 'waits for a confirmation'
    case 'manual':
      return 'waits for a person to do it'
    case 'resolution':
      return 'in doubt, waits for a person'
    case 'override':
      return 'outside of the window, waits for a person'
  }
}
