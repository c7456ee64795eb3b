import { stepText } from '../../render/outcome-text.ts'
import type { ConfirmationRequest } from '../../run/person-request.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import type { Json } from '../../step/json.ts'
import type { Terminal } from '../terminal.ts'

/** The word typed at a point of no return, or given as `--confirm STEP=WORD`. */
export async function confirm(
  { step, reason, word }: ConfirmationRequest,
  terminal: Terminal | undefined,
  given: string | undefined,
  signal: AbortSignal,
): Promise<Json> {
  if (given !== undefined) return given
  if (terminal === undefined)
    throw new NeedsPerson(
      'confirmation',
      `point of no return: ${reason}; \`${word}\` has to be typed, and there is no terminal`,
      { step, hint: `go on at a terminal, or with \`--confirm '${step.id}=${word}'\`` },
    )
  terminal.show(`\nThere is no way back behind step ${stepText(step)}: ${reason}\n`)
  return (await terminal.ask(`type \`${word}\` to go on: `, signal))?.trim() ?? ''
}
