import type { Environment } from '../document/environment.ts'
import type { EachBinding } from '../environment/open-each-binding.ts'
import { secretPlaces } from '../environment/secret-places.ts'
import { type AskSecret, fetchSecret, type SecretPlaces } from '../environment/secrets.ts'
import { stepErrorOf } from '../run/step-failure.ts'
import type { Capabilities, CapabilityName, Folder } from '../step/capabilities.ts'
import type { StepError } from '../step/errors.ts'
import type { Family } from '../step/family.ts'
import type { Finding, OpenedTarget, PreflightLook } from '../step/preflight.ts'
import { diskSpace } from './disk-space.ts'
import type { PlacedFinding } from './preflight.ts'
import type { StepsByBinding } from './steps-by-binding.ts'

export interface LookingParts {
  readonly environment: Environment
  readonly families: readonly Family[]
  readonly ask: AskSecret
  readonly signal: AbortSignal
  /** Milliseconds since the epoch on the run's clock. */
  readonly now: () => number
}

/**
 * What is seen of one binding: whether it opened, and what the looks of all families see.
 *
 * @throws {StepError} `cancelled`
 */
export async function bindingFindings(
  name: string,
  { environment, families, ask, signal, now }: LookingParts,
  { opened, failed }: EachBinding,
  steps: StepsByBinding,
): Promise<readonly PlacedFinding[]> {
  const target = environment.bindings.get(name)
  const binding = opened.get(name)
  const error = failed.get(name)
  const place = { binding: name, look: 'open', what: 'opened and verified' }
  if (error !== undefined) {
    const { code, message, hint } = error
    return [{ ...place, verdict: 'bad', detail: `${code}: ${message}`, ...(hint === undefined ? {} : { hint }) }]
  }
  if (target === undefined || binding === undefined) return []
  const findings: PlacedFinding[] = [{ ...place, verdict: 'good', detail: factsText(binding.facts) }]
  const { provides } = target.kind
  if (provides === 'folder') {
    const { path } = binding.capability as Folder // as `provides` says
    findings.push({ binding: name, look: 'disk', ...(await diskSpace('disk space', path)) })
  }
  const context = {
    binding: name,
    config: target.config,
    steps: steps.get(name) ?? [],
    opened: <P extends CapabilityName>(capability: P) => openedTargets(environment, opened, capability),
    unreadable: (reference: string) => unreadable(reference, name, secretPlaces(environment, opened, { ask, signal })),
    signal,
    now,
  }
  for (const look of families.flatMap(({ preflight = [] }) => preflight)) {
    if (look.capability !== provides) continue
    const seen = await seenBy(look, () => look.look(binding.capability as Capabilities[CapabilityName], context))
    findings.push(...seen.map((finding) => ({ binding: name, look: look.name, ...finding })))
  }
  return findings
}

async function unreadable(reference: string, binding: string, places: SecretPlaces): Promise<StepError | undefined> {
  if (reference === 'prompt') return undefined
  try {
    await fetchSecret(reference, `binding \`${binding}\``, places)
    return undefined
  } catch (error) {
    const failure = stepErrorOf(error)
    if (failure.code === 'cancelled') throw error
    return failure
  }
}

function openedTargets<P extends CapabilityName>(
  environment: Environment,
  opened: EachBinding['opened'],
  wanted: P,
): readonly OpenedTarget<P>[] {
  return [...opened].flatMap(([binding, { capability }]) =>
    environment.bindings.get(binding)?.kind.provides === wanted
      ? [{ binding, capability: capability as Capabilities[P] }] // as `provides` says
      : [],
  )
}

/** A look that fails has seen nothing, which is no reason to act by itself. */
async function seenBy({ name }: PreflightLook, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    const { code, message, hint } = stepErrorOf(error)
    if (code === 'cancelled') throw error
    return [{ what: name, verdict: 'unknown', detail: `${code}: ${message}`, ...(hint === undefined ? {} : { hint }) }]
  }
}

/** Digests are for journals. */
function factsText(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .filter(([, value]) => !/^[0-9a-f]{64}$/.test(value))
    .map(([fact, value]) => `${fact} ${value}`)
    .join(', ')
}
