import type { StepType } from '../step/step-type.ts'
import { elapsed } from './elapsed.ts'

/** What else a reader of the reference asks, as name and text. */
export function stepTypeFacts(type: StepType): readonly (readonly [name: string, text: string])[] {
  return [
    ['effect', effectText(type)],
    ['target', targetText(type)],
    ...(type.effect === 'read'
      ? []
      : ([
          ['existing', existingText(type.existing)],
          ['undo', undoText(type.undo)],
        ] as const)),
    ...(type.wait === undefined
      ? []
      : ([
          ['waits', `looks every ${elapsed(type.wait.everyMs)}, for ${elapsed(type.wait.timeoutMs)} at the most`],
        ] as const)),
    ...(type.attendance === undefined
      ? []
      : ([['people', 'somebody beside who operates must be there: a plan says who, where and for how long']] as const)),
    ['permissions', type.permissions.length === 0 ? 'none' : type.permissions.join(', ')],
  ]
}

function effectText({ effect }: StepType): string {
  switch (effect) {
    case 'read':
      return 'only looks'
    case 'idempotent':
      return 'changes the world; twice is as good as once'
    case 'once':
      return 'changes the world exactly once'
  }
}

function targetText({ target }: StepType): string {
  if (target === undefined) return 'none'
  return typeof target === 'string'
    ? target
    : Object.entries(target)
        .map(([role, kind]) => `${role}: ${kind}`)
        .join(', ')
}

function existingText(existing: 'refuse' | 'adopt'): string {
  return existing === 'refuse'
    ? 'refuses what is there already, unless `existing: adopt`'
    : 'takes what is there already and right'
}

function undoText(undo: Exclude<StepType, { effect: 'read' }>['undo']): string {
  if (undo === 'nothing') return 'nothing to undo'
  if (undo === 'impossible') return 'impossible'
  return undo.destructive ? 'possible, destroys; never by itself' : 'possible'
}
