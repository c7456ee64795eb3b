import { diagnosticJson } from '../diagnostics/diagnostic-json.ts'
import { type Failure, renderFailure } from '../render/render-failure.ts'
import { describeFailure, unwrapFailure } from './describe-failure.ts'
import { type ExitCode, exitCodeOf } from './exit-code.ts'
import type { Output } from './output.ts'
import { asStarted } from './quote.ts'
import { printResult } from './print-result.ts'

/**
 * Reports what stopped a command: for people on stderr, with `--json` also as the last line on stdout.
 *
 * @param again the command that was given, which goes on where nothing else does
 */
export function reportFailure(
  error: unknown,
  {
    stdout,
    stderr,
    json,
    again,
  }: { readonly stdout: Output; readonly stderr: Output; readonly json: boolean; readonly again: string },
): ExitCode {
  const { cause, standing } = unwrapFailure(error, again)
  const described = describeFailure(cause, standing)
  const failure = described.hint === undefined ? described : { ...described, hint: asStarted(described.hint) }
  const exitCode = exitCodeOf(cause)
  stderr.write(renderFailure(failure, stderr.paint, stderr.color, stderr.screen?.columns))
  if (json)
    printResult(stdout, exitCode, {
      ...(standing.runId === undefined ? {} : { run: standing.runId }),
      ...failureJson(failure),
    })
  return exitCode
}

function failureJson({ kind, code, message, hint, diagnostics, tables, done, notDone, goOn }: Failure): object {
  return {
    error: {
      kind,
      code,
      message,
      hint,
      ...(Object.keys(tables).length === 0 ? {} : { tables }),
      ...(diagnostics.length === 0 ? {} : { diagnostics: diagnostics.map(diagnosticJson) }),
    },
    done,
    notDone,
    goOn,
  }
}
