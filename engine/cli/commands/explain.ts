import { suggest } from '../../diagnostics/suggest.ts'
import { columns, indent } from '../../render/columns.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { allExplanations } from '../explanations/all-explanations.ts'
import type { Explanation } from '../explanations/explanation.ts'
import { optionalOperand } from '../operands.ts'
import { printResult } from '../print-result.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook explain`: what a code means and what to do. */
export const explain: Command = {
  name: 'explain',
  summary: 'explains a code that stands in brackets, or an exit code; lists all of them when none is named',
  operands: '[CODE]',
  example: 'runbook explain in-doubt',
  options: [],
  run(args, { stdout }) {
    const code = optionalOperand(args)
    const found = code === undefined ? allExplanations : explained(code)
    if (args.flag('json')) printResult(stdout, exitCodes.done, { explanations: found })
    else stdout.write(code === undefined ? list(found) : found.map(page).join('\n'))
    return Promise.resolve(exitCodes.done)
  },
}

/** A code may mean one thing of a step and another of a run. */
function explained(code: string): readonly Explanation[] {
  const found = allExplanations.filter((each) => each.code === code)
  if (found.length > 0) return found
  throw new UsageError(
    `there is no code \`${code}\``,
    suggest(code, new Set(allExplanations.map((each) => each.code))).hint ?? '`runbook explain` lists all of them',
  )
}

function page({ code, kind, lines }: Explanation): string {
  return [`${code} (${kind})`, ...indent(lines)].map((line) => `${line}\n`).join('')
}

function list(all: readonly Explanation[]): string {
  const kinds = [...new Set(all.map(({ kind }) => kind))]
  const blocks = kinds.map((kind) => {
    const rows = all.filter((each) => each.kind === kind).map(({ code, lines: [first = ''] }) => [code, first])
    return [kind, ...indent(columns(rows))].map((line) => `${line}\n`).join('')
  })
  return blocks.join('\n')
}
