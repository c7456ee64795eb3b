import type { Static, TObject } from 'typebox'
import type { Step } from '../document/runbook.ts'
import { checkValue } from '../document/check-value.ts'
import { isKnown, type Value } from '../expressions/value.ts'
import type { Execution } from './execution.ts'
import type { RunHost } from './host.ts'
import { type AttendanceAsked, keys } from './records.ts'

/** Who must be there for a step, a line each; `undefined`: that is known once its inputs are. */
export function attendanceOf(step: Step, inputs: Value): readonly string[] | undefined {
  const { type } = step
  if (type.attendance === undefined) return []
  if (!isKnown(inputs) || checkValue(inputs, type.inputs).length > 0) return undefined
  return type.attendance(inputs as Static<TObject>) // checked against the schema just now
}

/** Journals who must be there for a step that begins, for whoever asks how far the run is. */
export async function recordAttendance({ host }: Execution, step: Step, inputs: Value): Promise<void> {
  const people = attendanceOf(step, inputs) ?? []
  if (people.length > 0) await host.record(keys.attendance(step.address), { people })
}

/** Who was said to have to be there, for an event of the step. */
export function attendanceAsked(
  host: Pick<RunHost, 'recall'>,
  { address }: Step,
): { readonly people?: readonly string[] } {
  const asked = host.recall(keys.attendance(address)) as AttendanceAsked | undefined // written above alone
  return asked === undefined ? {} : { people: asked.people }
}
