import { elapsed } from './elapsed.ts'
import { columns, indent } from './columns.ts'
import { stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'
import { renderOutputs } from './render-outputs.ts'
import type { StepName } from '../run/person-request.ts'
import type { Json } from '../step/json.ts'

/** What is shown of a rehearsal. */
export interface ShownRehearsal {
  readonly outputs: { readonly [name: string]: Json }
  readonly artifacts: string
  /** Of the sandbox. */
  readonly folder: string
  readonly expectations: readonly { readonly title: string; readonly held: boolean }[]
  readonly notRehearsed: readonly string[]
  readonly realTimeMs: number
  /** Where the time went, by the sandbox's clock; milliseconds. */
  readonly wallTime: {
    readonly servicesMs: number
    readonly waitsMs: number
    readonly peopleMs: number
    readonly longest: readonly { readonly step: Pick<StepName, 'number' | 'id'>; readonly tookMs: number }[]
  }
  readonly window: {
    readonly neededMs: number
    readonly byHandMs: number
    readonly against?: {
      readonly environment: string
      readonly windows: readonly ShownWindow[]
    }
  }
}

interface ShownWindow {
  readonly window: string
  /** `null`: it is over. */
  readonly lengthMs: number | null
  readonly fits: boolean
}

/** What a rehearsal showed, and what it could not show. */
export function renderRehearsal(report: ShownRehearsal, paint: Paint, width?: number): string {
  const { outputs, artifacts, folder, expectations, notRehearsed } = report
  const blocks = [
    [renderOutputs(outputs, width).trimEnd()],
    columns([
      ['artifacts', artifacts],
      ['sandbox', folder],
    ]),
    ...(expectations.length === 0
      ? []
      : [['Expected', ...indent(expectations.map((each) => expectationText(each, paint)))]]),
    ['Time', ...indent(timeLines(report, paint))],
    ['Not rehearsed', ...indent(notRehearsed.map((clause) => `- ${clause}`))],
  ].filter(([first = '']) => first !== '')
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** What the services would take, what of it was counted, and which window has room for it. */
function timeLines({ wallTime, window, realTimeMs }: ShownRehearsal, paint: Paint): readonly string[] {
  const { servicesMs, waitsMs, peopleMs, longest } = wallTime
  const { neededMs, byHandMs, against } = window
  return columns([
    ['rehearsed', `in ${elapsed(realTimeMs)}, against simulators`],
    ['services', `${elapsed(servicesMs)} by the sandbox's clock: what is simulated to take time, and this program`],
    ...(waitsMs < 1_000 ? [] : [['waits', `${elapsed(waitsMs)} that the runbook waits`]]),
    ...(byHandMs === 0 ? [] : [['by hand', `${elapsed(byHandMs)}, as the runbook estimates it`]]),
    ...(peopleMs < 1_000 ? [] : [['people', `not counted: ${elapsed(peopleMs)} of waiting for simulated ones`]]),
    ['approvals', 'not counted: a rehearsal answers them at once'],
    ...longest.map(({ step, tookMs }, at) => [at === 0 ? 'longest' : '', `${stepText(step)}, ${elapsed(tookMs)}`]),
    ...windowRows(neededMs, against, paint),
  ])
}

function windowRows(
  neededMs: number,
  against: ShownRehearsal['window']['against'],
  paint: Paint,
): readonly (readonly string[])[] {
  if (against === undefined) return [['window', `${elapsed(neededMs)} at least, and what people take on top`]]
  const { environment, windows } = against
  if (windows.length === 0)
    return [['window', `${elapsed(neededMs)}; environment ${environment} has no windows: changes are always allowed`]]
  return windows.map((each, at) => [at === 0 ? 'window' : '', windowText(each, neededMs, paint)])
}

function windowText({ window, lengthMs, fits }: ShownWindow, neededMs: number, paint: Paint): string {
  if (lengthMs === null) return paint(`${window}: it is over`, 'yellow')
  const length = `${window} (${elapsed(lengthMs)})`
  return fits
    ? `${length}: ${paint('fits', 'green')}, ${elapsed(lengthMs - neededMs)} are left for people`
    : `${length}: ${paint(`too short by ${elapsed(neededMs - lengthMs)}`, 'red')}`
}

function expectationText({ title, held }: ShownRehearsal['expectations'][number], paint: Paint): string {
  return `${held ? paint('✔', 'green') : paint('✖', 'red')} ${title}`
}
