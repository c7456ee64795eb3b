import { StepError } from '../step/errors.ts'
import { readOverride, readResolution, type OverrideClaim, type ResolutionClaim } from './claims.ts'
import { readInbox } from './inbox.ts'

/** A claim, and the file in the inbox that makes it. */
export interface FoundClaim<Claim> {
  readonly claim: Claim
  readonly path: string
}

/** What people said of steps in doubt, in a run's inbox. A file that is no claim is for somebody else to look at, and stops nothing. */
export function resolutionsIn(runFolder: string): Promise<readonly FoundClaim<ResolutionClaim>[]> {
  return claimsIn(runFolder, 'resolution', readResolution)
}

/** The same of overrides. */
export function overridesIn(runFolder: string): Promise<readonly FoundClaim<OverrideClaim>[]> {
  return claimsIn(runFolder, 'override', readOverride)
}

async function claimsIn<Claim>(
  runFolder: string,
  kind: 'resolution' | 'override',
  read: (text: string) => Claim,
): Promise<readonly FoundClaim<Claim>[]> {
  const found: FoundClaim<Claim>[] = []
  for (const item of (await readInbox(runFolder)).items) {
    if (item.kind !== kind) continue
    try {
      found.push({ claim: read(item.text), path: item.path })
    } catch (error) {
      if (!StepError.is(error)) throw error
    }
  }
  return found
}
