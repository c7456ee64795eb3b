import { count } from '../diagnostics/list-names.ts'
import type { PlacedFinding, Preflight } from '../preflight/preflight.ts'
import type { Finding } from '../step/preflight.ts'
import { columns, indent } from './columns.ts'
import type { Paint, Style } from './paint.ts'

const styles: Readonly<Record<Finding['verdict'], Style>> = { good: 'green', bad: 'red', unknown: 'yellow' }

/** What was seen before a run, a table for each binding. */
export function renderPreflight(preflight: Preflight, paint: Paint): string {
  const { runbook, environment, targets, findings, at } = preflight
  const header = columns([
    ['preflight', at],
    ['runbook', `${runbook.name} ${runbook.version}: ${runbook.title}`],
    [
      'environment',
      `${environment.name} (${environment.kind === 'production' ? paint('production', 'red') : environment.kind})`,
    ],
  ])
  const bindings = [...new Set(findings.map(({ binding }) => binding))]
  const tables = bindings.map((binding) => {
    const claim = binding === null ? undefined : targets[binding]
    const title = `${paint(binding ?? 'this machine, people and times', 'bold')}${claim === undefined ? '' : `: ${claim}`}`
    const own = findings.filter((finding) => finding.binding === binding)
    return [title, ...indent(table(own, paint))]
  })
  const blocks = [header, ...tables, totals(preflight, paint)]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** A hint stands under what it is for. */
function table(findings: readonly PlacedFinding[], paint: Paint): readonly string[] {
  return columns(
    findings.flatMap(({ verdict, what, detail, hint }) => [
      [paint(verdict, styles[verdict]), what, detail],
      ...(hint === undefined ? [] : [['', '', `hint: ${hint}`]]),
    ]),
  )
}

function totals({ totals: { good, bad, unknown }, findings }: Preflight, paint: Paint): readonly string[] {
  const numbers = `${count(findings.length, 'finding')}: ${good} good, ${bad} bad, ${unknown} unknown; nothing was changed`
  return bad === 0 ? [numbers] : [numbers, paint('a person must act before the window', 'red')]
}
