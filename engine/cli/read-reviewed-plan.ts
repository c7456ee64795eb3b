import { readSource } from '../diagnostics/read-source.ts'
import type { SourceFile } from '../diagnostics/diagnostic.ts'
import { sourceFile } from '../diagnostics/source-file.ts'
import type { Plan } from '../plan/plan.ts'
import { loadPlanFile } from '../plan/plan-file.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import type { Family } from '../step/family.ts'
import { StepError } from '../step/errors.ts'
import { DocumentError } from '../diagnostics/document-error.ts'
import { openEnvironment, openInputs, openRunbook } from './open-documents.ts'
import type { Site } from './open-site.ts'

/** Plan files are JSON, and runbooks are not: their first character tells. */
export function isPlanText(text: string): boolean {
  return text.trimStart().startsWith('{')
}

/** Reads a plan file. @throws {DocumentError} */
export async function readPlan(source: SourceFile): Promise<Plan> {
  try {
    return await loadPlanFile(source.path)
  } catch (error) {
    if (!StepError.is(error)) throw error
    const { message, hint } = error
    throw new DocumentError([
      { code: 'invalid-plan', message, ...(hint === undefined ? {} : { hint }), source, span: { start: 0, end: 1 } },
    ])
  }
}

/**
 * What a plan was made of, as it was when it was made.
 *
 * @throws {NeedsPerson} `stale-plan` when runbook or environment are others now
 */
export async function siteOfPlan(plan: Plan, path: string, families: readonly Family[]): Promise<Site> {
  const runbook = await openRunbook(await unchanged(plan, 'runbook'), families)
  const environment = await openEnvironment(await unchanged(plan, 'environment'), runbook, families)
  const inputs = await openInputs(runbook, { files: [sourceFile(path, JSON.stringify(plan.inputs))] })
  return { runbook, environment, inputs }
}

async function unchanged(plan: Plan, what: 'runbook' | 'environment'): Promise<SourceFile> {
  const { path, sha256 } = plan[what]
  const { source } = await readSource(path)
  const why = source === undefined ? 'cannot be read' : source.sha256 === sha256 ? undefined : 'changed'
  if (source === undefined || why !== undefined)
    throw new NeedsPerson('stale-plan', `plan \`${plan.id}\` is stale: ${what} \`${path}\` ${why ?? ''}`, {
      hint: 'make a new plan and have it reviewed',
    })
  return source
}
