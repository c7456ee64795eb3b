import { type Static, Type } from 'typebox'
import type { JsonObject } from '../step/json.ts'
import { readForm } from './read-form.ts'

const common = {
  format: Type.Literal(1),
  run: Type.String({ minLength: 1 }),
  /** Address of the step. */
  address: Type.String({ minLength: 1 }),
  /** What it is about: doing the step, or taking it back. */
  of: Type.Union([Type.Literal('step'), Type.Literal('undo')]),
  /** Which doubt, or which override, it was made for: each claim is used once. */
  n: Type.Integer({ minimum: 0 }),
  reason: Type.String({ minLength: 1, maxLength: 1000 }),
  /** The claimant's principal. */
  by: Type.String({ minLength: 1 }),
}

const resolutionForm = Type.Object(
  {
    claims: Type.Literal('resolution'),
    ...common,
    claim: Type.Union([Type.Literal('done'), Type.Literal('not-done')]),
    outputs: Type.Union([Type.Object({}), Type.Null()]),
  },
  { additionalProperties: false },
)

const overrideForm = Type.Object(
  { claims: Type.Literal('override'), ...common, what: Type.Literal('window') },
  { additionalProperties: false },
)

/** What a person says of a step in doubt; it counts once people approved it. */
export type ResolutionClaim = Omit<Static<typeof resolutionForm>, 'outputs'> & { readonly outputs: JsonObject | null }

/** A person wants a step done outside of the window; it counts once people approved it. */
export type OverrideClaim = Static<typeof overrideForm>

export function writeClaim(claim: ResolutionClaim | OverrideClaim): string {
  return `${JSON.stringify(claim, undefined, 2)}\n`
}

/** @throws {StepError} `invalid` */
export function readResolution(text: string): ResolutionClaim {
  return readForm(text, resolutionForm, 'a resolution') as ResolutionClaim // outputs are JSON, which it was read from
}

/** @throws {StepError} `invalid` */
export function readOverride(text: string): OverrideClaim {
  return readForm(text, overrideForm, 'an override')
}
