import { columns, indent } from '../render/columns.ts'
import type { Command } from './command.ts'
import { commandTable } from './command-table.ts'
import { commonOptions, type OptionDeclaration, options } from './options.ts'

/** Help of the whole program. */
export function programHelp(): string {
  return lines([
    'Example: runbook rehearse runbooks/portable-root.yaml',
    '',
    'Usage: runbook COMMAND [OPTIONS]',
    '',
    'Turns a high-stakes HSM or PKI procedure into a reviewed file, and runs that file, exactly, once.',
    '',
    'Commands:',
    ...indent(columns([...commandTable].map(([name, { summary }]) => [name, summary]))),
    '',
    'Exit codes: 0 done, 1 a step failed, 2 wrong usage, 3 invalid file, 4 a person is needed, 130 interrupted.',
    '`runbook COMMAND --help` tells more, `runbook --version` the version.',
  ])
}

/** Help of one command; begins with an example. */
export function commandHelp({ name, example, operands, summary, options: own }: Command): string {
  const rows = [...own, ...commonOptions].map((option) => {
    const { short, value, summary: text }: OptionDeclaration = options[option]
    const long = value === undefined ? `--${option}` : `--${option} ${value}`
    return [short === undefined ? long : `-${short}, ${long}`, text]
  })
  return lines([
    `Example: ${example}`,
    '',
    `Usage: ${['runbook', name, ...(operands === '' ? [] : [operands]), '[OPTIONS]'].join(' ')}`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    '',
    'Options:',
    ...indent(columns(rows)),
  ])
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
