import { elapsed } from './elapsed.ts'
import { columns, indent } from './columns.ts'
import type { Paint } from './paint.ts'
import { renderOutputs } from './render-outputs.ts'
import type { Json } from '../step/json.ts'

/** What is shown of a rehearsal. */
export interface ShownRehearsal {
  readonly outputs: { readonly [name: string]: Json }
  readonly artifacts: string
  /** Of the sandbox. */
  readonly folder: string
  readonly expectations: readonly { readonly title: string; readonly held: boolean }[]
  readonly notRehearsed: readonly string[]
  /** How long the services would have taken. */
  readonly serviceTimeMs: number
  readonly realTimeMs: number
}

/** What a rehearsal showed, and what it could not show. */
export function renderRehearsal(report: ShownRehearsal, paint: Paint): string {
  const { outputs, artifacts, folder, expectations, notRehearsed } = report
  const blocks = [
    [renderOutputs(outputs).trimEnd()],
    columns([
      ['artifacts', artifacts],
      ['sandbox', folder],
    ]),
    ...(expectations.length === 0
      ? []
      : [['Expected', ...indent(expectations.map((each) => expectationText(each, paint)))]]),
    ['Not rehearsed', ...indent(notRehearsed.map((clause) => `- ${clause}`))],
    [timeText(report)],
  ].filter(([first = '']) => first !== '')
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Hours that were skipped are worth a word; where nothing waited there are none. */
function timeText({ serviceTimeMs, realTimeMs }: ShownRehearsal): string {
  const rehearsed = `rehearsed against simulators in ${elapsed(realTimeMs)}`
  return serviceTimeMs < 2 * realTimeMs
    ? rehearsed
    : `${rehearsed}; the services would have taken about ${elapsed(serviceTimeMs)}`
}

function expectationText({ title, held }: ShownRehearsal['expectations'][number], paint: Paint): string {
  return `${held ? paint('✔', 'green') : paint('✖', 'red')} ${title}`
}
