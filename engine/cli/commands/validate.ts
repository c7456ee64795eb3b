import { diagnosticJson } from '../../diagnostics/diagnostic-json.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { count } from '../../diagnostics/list-names.ts'
import { checkFile, type CheckedFile } from '../check-file.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { DocumentError } from '../../diagnostics/document-error.ts'
import { interpretLonger } from '../interpret-longer.ts'
import { openSource } from '../open-documents.ts'
import { printResult } from '../print-result.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook validate`: every mistake of every file, without touching anything. */
export const validate: Command = {
  name: 'validate',
  summary: 'checks runbooks, environments and rehearsal files; with --env also whether they fit together',
  operands: 'FILE...',
  example: 'runbook validate runbooks/portable-root.yaml',
  options: ['env'],
  async run(args, { stdout, described }) {
    interpretLonger()
    if (args.operands.length === 0) throw new UsageError('no file is named')
    const environmentPath = args.value('env')
    const environment = environmentPath === undefined ? undefined : await openSource(environmentPath)
    const sources = await Promise.all(args.operands.map(openSource))
    const checked: CheckedFile[] = []
    for (const source of sources) checked.push(await checkFile(source, environment, await described()))
    const diagnostics = checked.flatMap((file) => file.diagnostics)
    if (!args.flag('json')) stdout.write(checked.map((file) => `${verdict(file)}\n`).join(''))
    if (diagnostics.length > 0) throw new DocumentError(unique(diagnostics))
    if (args.flag('json')) printResult(stdout, exitCodes.done, { files: checked.map(fileJson) })
    return exitCodes.done
  },
}

function verdict({ path, summary, diagnostics }: CheckedFile): string {
  return `${path}: ${diagnostics.length === 0 ? `valid, ${summary}` : count(diagnostics.length, 'mistake')}`
}

/** The environment is looked at once for each runbook. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((each) => [JSON.stringify(diagnosticJson(each)), each]))
  return [...seen.values()]
}

function fileJson({ path, summary, diagnostics }: CheckedFile): object {
  return { path, summary, diagnostics: diagnostics.map(diagnosticJson) }
}
