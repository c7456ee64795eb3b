import { elapsed } from './elapsed.ts'
import { columns, indent } from './columns.ts'
import type { Paint } from './paint.ts'
import { renderOutputs } from './render-outputs.ts'
import type { RehearsalReport } from '../sandbox/rehearse.ts'

/** What a rehearsal showed, and what it could not show. */
export function renderRehearsal(report: RehearsalReport, paint: Paint): string {
  const { outputs, artifacts, folder, expectations, notRehearsed } = report
  const blocks = [
    [renderOutputs(outputs).trimEnd()],
    columns([
      ['artifacts', artifacts],
      ['sandbox', folder],
    ]),
    [
      'Expected',
      ...indent(expectations.map(({ title, held }) => `${held ? paint('✔', 'green') : paint('✖', 'red')} ${title}`)),
    ],
    ['Not rehearsed', ...indent(notRehearsed.map((clause) => `- ${clause}`))],
    [timeText(report)],
  ].filter((lines) => lines.length > 1 || (lines[0] ?? '') !== '')
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Hours that were skipped are worth a word; where nothing waited there are none. */
function timeText({ serviceTimeMs, realTimeMs }: RehearsalReport): string {
  const rehearsed = `rehearsed against simulators in ${elapsed(realTimeMs)}`
  return serviceTimeMs < 2 * realTimeMs
    ? rehearsed
    : `${rehearsed}; the services would have taken about ${elapsed(serviceTimeMs)}`
}
