import { count } from '../diagnostics/list-names.ts'
import type { PlannedUndo, UndoPlan } from '../plan/plan-undo.ts'
import { stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'

/** What taking a run back would do, newest first. */
export function renderUndoPlan({ run, steps }: UndoPlan, paint: Paint): string {
  if (steps.length === 0) return `run ${run} made nothing that is to be taken back\n`
  const stop = steps.find(({ decision }) => decision === 'stop')
  const taken = steps.filter(({ decision }) => decision === 'undo' || decision === 'destroy').length
  const staying = steps.length - taken
  const lines = [
    `taking back run ${run}, newest first`,
    '',
    ...steps.map((step) => stepLine(step, paint)),
    '',
    `${count(taken, 'step')} taken back, ${staying === 0 ? 'nothing stays' : `${count(staying, 'step')} would stay`}`,
    ...(stop === undefined ? [] : [`it would stop at ${nameOf(stop)}: ${stop.why ?? ''}`]),
    ...(steps.some(({ decision }) => decision === 'destroy')
      ? ['what is destroyed is approved by people first, each by itself']
      : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function stepLine(step: PlannedUndo, paint: Paint): string {
  const seen = step.seen === undefined ? '' : `; ${step.seen}`
  return `${verbOf(step, paint)} ${paint(nameOf(step), 'bold')}  ${step.title}${whyOf(step)}${seen}`
}

function verbOf({ decision }: PlannedUndo, paint: Paint): string {
  switch (decision) {
    case 'undo':
      return paint('↩ takes back', 'yellow')
    case 'destroy':
      return paint('! destroys  ', 'red')
    case 'stays':
    case 'behind':
      return paint('· stays     ', 'dim')
    case 'stop':
      return paint('■ stops at  ', 'red')
  }
}

function whyOf({ why }: PlannedUndo): string {
  return why === undefined ? '' : `: ${why}`
}

function nameOf({ number, address }: PlannedUndo): string {
  return stepText({ number, id: address })
}
