import { elapsed } from './elapsed.ts'
import { columns, indent } from './columns.ts'
import type { Paint } from './paint.ts'
import { renderOutputs } from './render-outputs.ts'
import type { RehearsalReport } from '../sandbox/rehearse.ts'

/** What a rehearsal showed, and what it could not show. */
export function renderRehearsal(report: RehearsalReport, paint: Paint): string {
  const { outputs, artifacts, folder, expectations, notRehearsed, serviceTimeMs, realTimeMs } = report
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
    [
      `rehearsed against simulators in ${elapsed(realTimeMs)}; the services would have taken about ${elapsed(serviceTimeMs)}`,
    ],
  ].filter((lines) => lines.length > 1 || (lines[0] ?? '') !== '')
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}
