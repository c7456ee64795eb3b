import { readFile } from 'node:fs/promises'
import { createFileDurably } from '../journal/durable-file.ts'
import { StepError } from '../step/errors.ts'
import { planId } from './plan-id.ts'
import type { Plan } from './plan.ts'

/**
 * Writes a plan as JSON. Never replaces a file.
 *
 * @throws {StepError} `conflict`
 */
export async function writePlanFile(path: string, plan: Plan): Promise<void> {
  if ((await createFileDurably(path, Buffer.from(`${JSON.stringify(plan, undefined, 2)}\n`), 0o644)) === 'different')
    throw new StepError('conflict', `\`${path}\` exists with another content`, {
      hint: 'name another file, or remove that one',
    })
}

/**
 * Reads a plan file back.
 *
 * @throws {StepError} `invalid` when it is not one, with the first thing that is wrong
 */
export async function loadPlanFile(path: string): Promise<Plan> {
  const value: unknown = parse(path, await readFile(path, 'utf8'))
  if (typeof value !== 'object' || value === null || !('steps' in value) || !('format' in value))
    throw new StepError('invalid', `\`${path}\` is no plan file`, {
      hint: 'make one with `runbook plan FILE --env ENV --out PLAN`',
    })
  if (value.format !== 1)
    throw new StepError(
      'invalid',
      `\`${path}\` is a plan of format \`${String(value.format)}\`, and this release reads format 1`,
    )
  for (const name of members) {
    if (!(name in value)) throw new StepError('invalid', `\`${path}\` is no whole plan: \`${name}\` is missing`)
  }
  const plan = value as Plan // what matters of it is compared with a plan made anew before anything is done
  const { id, ...rest } = plan
  if (planId(rest) !== id)
    throw new StepError('invalid', `\`${path}\` was changed since it was made: its id does not fit its content`, {
      hint: 'make a new plan and have it reviewed',
    })
  return plan
}

const members: readonly (keyof Plan)[] = [
  'id',
  'created',
  'expires',
  'runbook',
  'environment',
  'inputs',
  'tool',
  'stepTypes',
  'scripts',
  'targets',
  'steps',
]

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StepError(
      'invalid',
      `\`${path}\` is no plan file: ${error instanceof Error ? error.message : 'not JSON'}`,
    )
  }
}
