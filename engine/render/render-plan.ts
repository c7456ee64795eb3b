import { count } from '../diagnostics/list-names.ts'
import { renderInstant } from '../environment/render-instant.ts'
import type { WindowStanding } from '../environment/windows.ts'
import type { Fidelity, Plan, PlannedPeople, PlannedStep } from '../plan/plan.ts'
import { roughly } from './clock-time.ts'
import { columns, indent } from './columns.ts'
import { cutList } from './cut-list.ts'
import { elapsed } from './elapsed.ts'
import { isBlock } from './entry-tree.ts'
import { stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'
import { planStepLines } from './plan-step-lines.ts'

/** What is not part of a plan, since it is another every minute. */
export interface PlanOutlook {
  readonly window: WindowStanding
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How long the run typically takes, in milliseconds. */
  readonly typicalMs: number
}

/** So many opaque steps are named in the totals. */
const mostNamed = 8

/** A plan as reviewers read it, top to bottom. */
export function renderPlan(plan: Plan, paint: Paint, outlook?: PlanOutlook): string {
  const { runbook, environment, targets, scripts } = plan
  const header = columns([
    ['plan', `${plan.id}, expires ${plan.expires}`],
    ['runbook', `${runbook.name} ${runbook.version}: ${runbook.title}`],
    [
      'environment',
      `${environment.name} (${environment.kind === 'production' ? paint('production', 'red') : environment.kind})`,
    ],
    ...(outlook === undefined ? [] : windowRow(outlook, paint)),
    ...Object.entries(targets).map(([binding, claim]) => [binding, `${claim}${madeLater(plan, binding)}`]),
    ...Object.entries(scripts).map(([path, sha256]) => [path, `script, SHA-256 ${sha256}`]),
  ])
  const blocks = [header, ...stepBlocks(plan.steps, paint), ...peopleBlock(plan), totals(plan, outlook)]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function madeLater({ notOpened }: Plan, binding: string): string {
  const maker = notOpened?.[binding]
  return maker === undefined ? '' : `, made by ${maker}`
}

function windowRow({ window, now, typicalMs }: PlanOutlook, paint: Paint): readonly (readonly string[])[] {
  if (!window.open) return [['window', paint(`closed: ${window.why}`, 'yellow')]]
  if (window.until === undefined) return []
  const text = `${window.title ?? 'open'}, until ${renderInstant(window.until, window.zone)}`
  const short = now + typicalMs > window.until
  return [['window', short ? paint(`${text}, sooner than what is ahead typically takes`, 'yellow') : text]]
}

/**
 * What a block holds is indented below it. Of the items of a `forEach` after the first only what differs from the item before is
 * shown, so that two hundred can be read.
 */
function stepBlocks(steps: readonly PlannedStep[], paint: Paint): readonly (readonly string[])[] {
  const blocks: string[][] = []
  const before = new Map<string, readonly string[]>()
  for (const step of steps) {
    const { headline, details } = planStepLines(step, paint)
    const same = before.get(step.number)
    const shown = same === undefined ? details : details.filter((line) => !same.includes(line))
    before.set(step.number, details)
    const lines = indent([headline, ...shown], 2 * (step.number.split('.').length - 1))
    if (same === undefined) blocks.push(lines)
    else blocks.at(-1)?.push(...lines)
  }
  return blocks
}

/** Who has to be asked to come, before anything is done. */
function peopleBlock({ people = [] }: Plan): readonly (readonly string[])[] {
  if (people.length === 0) return []
  const rows = people.map((each) => [stepText(each.step), each.what, peopleText(each)])
  return [['people', ...indent(columns(rows))]]
}

function peopleText({ who, names, goodForMs, takesMs }: PlannedPeople): string {
  return [
    names === undefined || names.length === 0 ? who : `${who}: ${names.join(', ')}`,
    ...(goodForMs === undefined ? [] : [`good for ${elapsed(goodForMs)} once given`]),
    ...(takesMs === undefined ? [] : [`typically takes ${elapsed(takesMs)}`]),
  ].join('; ')
}

function totals({ steps, targets, notOpened = {} }: Plan, outlook: PlanOutlook | undefined): readonly string[] {
  const leaves = steps.filter((step) => !isBlock(step))
  const planned = leaves.filter(({ decision }) => decision !== 'skip')
  const number = (fidelity: Fidelity): number => planned.filter((step) => step.fidelity === fidelity).length
  const skipped = leaves.length - planned.length
  const logins = Object.keys(targets).filter((name) => notOpened[name] === undefined)
  const later = Object.entries(notOpened).map(([name, maker]) => `${name}, which ${maker} makes`)
  const stops = steps.find(({ decision }) => decision === 'refused' || decision === 'conflict' || decision === 'fails')
  const opaque = planned.filter(({ fidelity }) => fidelity === 'opaque').map(stepText)
  return [
    `${count(leaves.length, 'step')}: ${number('exact')} exact, ${number('estimated')} estimated, ${number('opaque')} opaque${skipped === 0 ? '' : `, ${skipped} skipped`}`,
    ...(opaque.length === 0 ? [] : [`opaque, done without a look: ${cutList(opaque, mostNamed).join(', ')}`]),
    ...(outlook === undefined ? [] : [`typically takes ${roughly(outlook.typicalMs)}`]),
    ...(stops === undefined ? [] : [`apply would stop at ${stepText(stops)}: ${stops.note ?? stops.decision}`]),
    ...(later.length === 0 ? [] : [`not opened: ${later.join('; ')}`]),
    logins.length === 0
      ? 'nothing was opened, nothing was changed'
      : `opened and logged in to ${logins.join(', ')}; nothing was changed`,
  ]
}
