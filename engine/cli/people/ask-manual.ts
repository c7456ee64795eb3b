import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { checkValue } from '../../document/check-value.ts'
import { openArtifacts } from '../../run/artifacts.ts'
import { stepText } from '../../render/outcome-text.ts'
import type { ManualRequest } from '../../run/person-request.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import type { Json } from '../../step/json.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'

export interface ManualMeans {
  readonly terminal: Terminal | undefined
  /** What `--confirm STEP=VALUE` gives. */
  readonly given: string | undefined
  /** What `--evidence STEP=FILE` gives. */
  readonly evidence: string | undefined
  /** Folder of the run's artifacts. */
  readonly artifacts: string
  readonly principal: string
}

/** A person did something: what they typed, and the file that goes with it, kept among the run's artifacts. */
export async function doneByHand(request: ManualRequest, means: ManualMeans, signal: AbortSignal): Promise<Json> {
  const { terminal, given, artifacts, principal } = means
  const { step, instructions, confirmText } = request
  const value = given === undefined ? await ask(request, terminal, signal) : checked(request, given)
  const file = await evidenceOf(request, means, signal)
  if (file === undefined) return { value, by: principal }
  const bytes = await readFile(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(
      `evidence \`${file}\` cannot be read (\`${code}\`)`,
      `${stepText(step)}: ${instructions}; ${confirmText}`,
    )
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const evidence = `${encodeURIComponent(step.id)}-${sha256.slice(0, 12)}-${basename(file)}`
  await (await openArtifacts(artifacts)).create(evidence, bytes)
  return { value, by: principal, evidence, evidenceSha256: sha256 }
}

async function ask(request: ManualRequest, terminal: Terminal | undefined, signal: AbortSignal): Promise<string> {
  const { step, instructions, confirmText } = request
  if (terminal === undefined)
    throw new NeedsPerson('manual', `a person does this: ${instructions}`, {
      step,
      hint: `when it is done, go on with \`--confirm '${step.id}=VALUE'\`; VALUE: ${confirmText}`,
    })
  terminal.show(`\nStep ${stepText(step)}: ${instructions}\n`)
  for (;;) {
    const typed = (await terminal.ask(`${confirmText}: `, signal))?.trim()
    if (typed === undefined) throw new NeedsPerson('manual', `a person does this: ${instructions}`, { step })
    const mistake = mistakeOf(request, typed)
    if (mistake === undefined) return typed
    terminal.show(`${mistake}\n`)
  }
}

function checked(request: ManualRequest, given: string): string {
  const mistake = mistakeOf(request, given)
  if (mistake === undefined) return given
  throw new NeedsPerson('manual', `\`${given}\` is not what has to be typed: ${mistake}`, { step: request.step })
}

/** Typed text is text; where a number is wanted it is read as one. */
function mistakeOf({ confirm }: ManualRequest, typed: string): string | undefined {
  const wantsNumber = 'type' in confirm && (confirm.type === 'integer' || confirm.type === 'number')
  const value: Json = wantsNumber && typed.trim() !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed
  const [first] = checkValue(value, confirm)
  return first?.message
}

async function evidenceOf(
  { evidence, step }: ManualRequest,
  means: ManualMeans,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (evidence === 'none') return undefined
  if (means.evidence !== undefined) return resolve(means.evidence)
  const question = evidence === 'required' ? 'file that shows it: ' : 'file that shows it, empty for none: '
  const typed = (await means.terminal?.ask(question, signal))?.trim()
  if (typed !== undefined && typed !== '') return resolve(typed)
  if (evidence === 'optional') return undefined
  throw new NeedsPerson('manual', 'a file has to show that it was done', {
    step,
    hint: `go on with \`--evidence '${step.id}=FILE'\``,
  })
}
