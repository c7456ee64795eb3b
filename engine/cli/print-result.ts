import type { ExitCode } from './exit-code.ts'
import type { Output } from './output.ts'

/** The last line that `--json` prints: `{"type":"result","exitCode":…,…}`. */
export function printResult(stdout: Output, exitCode: ExitCode, members: object): void {
  stdout.write(`${JSON.stringify({ type: 'result', exitCode, ...members })}\n`)
}
