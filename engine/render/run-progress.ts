import type { RunEvent } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import { outcomeText, stepText } from './outcome-text.ts'

type Phase = 'ahead' | 'looking' | 'applying' | 'sleeping' | 'asking' | 'done' | 'failed'

interface StepProgress {
  readonly step: StepName
  phase: Phase
  /** Known once this process applied it. */
  effectId?: string
  done?: string
}

/** How far a run is, from its events alone: known at once and without reading, also while the process is told to end. */
export class RunProgress {
  /** Known once the run started. */
  runId: string | undefined
  #steps: StepProgress[] = []
  #current: StepProgress | undefined

  show(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.runId = event.run
        this.#steps = event.steps.map((step) => ({ step, phase: 'ahead' }))
        return
      case 'step-started':
      case 'step-checking':
        return this.#enter(event.step, 'looking')
      case 'step-applying':
        this.#enter(event.step, 'applying')
        if (this.#current !== undefined) this.#current.effectId = event.effectId
        return
      case 'step-waiting':
      case 'step-retrying':
        return this.#enter(event.step, 'sleeping')
      case 'person-needed':
        return this.#enter(event.request.step, 'asking')
      case 'person-answered':
        return this.#enter(event.step, 'looking')
      case 'step-succeeded':
      case 'step-already-done':
        this.#enter(event.step, 'done')
        if (this.#current !== undefined) this.#current.done = outcomeText(event.how)
        return
      case 'step-failed':
        return this.#enter(event.step, 'failed')
      case 'head':
      case 'stop-requested':
      case 'run-ended':
        return
    }
  }

  /** `1 rootKey (made)`, in order. */
  done(): string[] {
    return this.#steps.flatMap(({ step, done }) => (done === undefined ? [] : [`${stepText(step)} (${done})`]))
  }

  /** `3 signRoot (begun, effect …)`, `4 rootFile`, in order. */
  notDone(): string[] {
    return this.#steps
      .filter(({ done }) => done === undefined)
      .map(({ step, effectId }) =>
        effectId === undefined ? stepText(step) : `${stepText(step)} (begun, effect \`${effectId}\`)`,
      )
  }

  /** Where a stop that is asked for now takes effect. */
  safePoint(): string {
    if (this.#current === undefined) return 'before the first step'
    const { step, phase } = this.#current
    switch (phase) {
      case 'sleeping':
      case 'asking':
        return `at once, in ${stepText(step)}`
      case 'ahead':
      case 'looking':
      case 'applying':
      case 'done':
      case 'failed':
        return `after ${stepText(step)}`
    }
  }

  #enter(step: StepName, phase: Phase): void {
    this.#current = this.#steps.find((each) => each.step.id === step.id)
    if (this.#current !== undefined) this.#current.phase = phase
  }
}
