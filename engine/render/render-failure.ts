import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render-diagnostic.ts'
import { printable } from '../diagnostics/display-width.ts'
import { columns } from './columns.ts'
import type { Json } from '../step/json.ts'
import type { Paint } from './paint.ts'
import { renderOutputs } from './render-outputs.ts'

/** Why a command did not end with 0, and how to go on. */
export interface Failure {
  /** `error`, `person needed`, `interrupted`. */
  readonly kind: string
  /** Error code or what a person is needed for; `runbook explain CODE` tells more. */
  readonly code: string | undefined
  readonly message: string | undefined
  readonly hint: string | undefined
  /** Mistakes in files, with their positions. */
  readonly diagnostics: readonly Diagnostic[]
  /** Lists of what an assertion read that does not hold, by `STEP.OUTPUT`. */
  readonly tables: { readonly [name: string]: Json }
  /** Only of what is our fault. */
  readonly stack: string | undefined
  /** Empty: nothing. */
  readonly done: readonly string[]
  readonly notDone: readonly string[]
  /** The exact command that goes on. */
  readonly goOn: string | undefined
}

/**
 * In this order: what happened, what was done, what was not, the command that goes on.
 *
 * @param width columns of the terminal; absent: there is none
 */
export function renderFailure(failure: Failure, paint: Paint, color: boolean, width?: number): string {
  const { diagnostics, done, notDone, goOn, stack, tables } = failure
  const blocks: string[] = []
  if (diagnostics.length > 0) blocks.push(renderDiagnostics(diagnostics, { color }))
  const headline = headlineOf(failure, paint)
  if (headline.length > 0) blocks.push(headline.join('\n'))
  if (Object.keys(tables).length > 0) blocks.push(renderOutputs(tables, width).trimEnd())
  if (stack !== undefined) blocks.push(stack)
  const rest = [
    ['done', done.length === 0 ? 'nothing' : done.join(', ')],
    ...(notDone.length === 0 ? [] : [['not done', notDone.join(', ')]]),
    ...(goOn === undefined ? [] : [['go on', paint(goOn, 'bold')]]),
  ]
  blocks.push(columns(rest.map(([name = '', text = '']) => [`${name}:`, text])).join('\n'))
  return `${blocks.join('\n\n')}\n`
}

function headlineOf({ kind, code, message, hint }: Failure, paint: Paint): string[] {
  if (message === undefined) return []
  const label = code === undefined ? `${kind}:` : `${kind}[${code}]:`
  const lines = [`${paint(label, 'red')} ${paint(printableLines(message), 'bold')}`]
  if (hint !== undefined) lines.push(`${paint('hint:', 'cyan')} ${printableLines(hint)}`)
  return lines
}

/** What devices and services say may hold control characters. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
