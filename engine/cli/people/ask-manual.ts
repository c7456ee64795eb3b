import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { checkValue } from '../../document/check-value.ts'
import { openArtifacts } from '../../run/artifacts.ts'
import { stepText } from '../../render/outcome-text.ts'
import type { ManualRequest, StepName } from '../../run/person-request.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import type { Json } from '../../step/json.ts'
import type { Terminal } from '../terminal.ts'

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
  const { step } = request
  // a file that was named ahead is looked at first: nobody types for nothing
  const ahead =
    means.evidence === undefined || request.evidence === 'none' ? undefined : await evidenceGiven(step, means.evidence)
  const value = given === undefined ? await ask(request, terminal, signal) : checked(request, given)
  const file = ahead ?? (await askEvidence(request, terminal, signal))
  if (file === undefined) return { value, by: principal }
  const evidenceSha256 = createHash('sha256').update(file.bytes).digest('hex')
  const evidence = artifactName(step, file.name, evidenceSha256)
  await (await openArtifacts(artifacts)).create(evidence, file.bytes)
  return { value, by: principal, evidence, evidenceName: file.name, evidenceSha256 }
}

/** A plain file name, whatever the file was called: the step's id, what the content is known by, and its extension. */
function artifactName({ id }: StepName, name: string, sha256: string): string {
  const extension = extname(name)
  const plain = /^\.[A-Za-z0-9]{1,16}$/.test(extension) ? extension : ''
  return `${id.replace(/\[.*$/s, '')}-${sha256.slice(0, 12)}${plain}`
}

async function ask(request: ManualRequest, terminal: Terminal | undefined, signal: AbortSignal): Promise<string> {
  const { step, instructions, confirmText } = request
  if (terminal === undefined)
    throw new NeedsPerson('manual', `a person does this: ${instructions}`, {
      step,
      hint: `when it is done, go on with \`--confirm '${step.id}=${valueHint(request)}`,
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

/** What stands behind `=`: the word itself where there is one only. */
function valueHint({ confirm, confirmText }: ManualRequest): string {
  const words: readonly unknown[] =
    'const' in confirm ? [confirm.const] : 'enum' in confirm && Array.isArray(confirm.enum) ? confirm.enum : []
  const [only] = words
  if (words.length === 1 && typeof only === 'string') return `${only}'\`: ${confirmText}`
  const choice = words.length === 0 ? '' : `one of ${words.map((word) => `\`${String(word)}\``).join(', ')}; `
  return `VALUE'\`; VALUE: ${choice}${confirmText}`
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

interface EvidenceFile {
  /** Without its folder. */
  readonly name: string
  readonly bytes: Uint8Array
}

async function evidenceGiven(step: StepName, path: string): Promise<EvidenceFile> {
  const file = await readEvidence(path)
  if (typeof file !== 'string') return file
  throw new NeedsPerson('manual', file, { step, hint: `go on with \`--evidence '${step.id}=FILE'\`` })
}

/** Asks until there is one that can be read. */
async function askEvidence(
  { evidence, step }: ManualRequest,
  terminal: Terminal | undefined,
  signal: AbortSignal,
): Promise<EvidenceFile | undefined> {
  if (evidence === 'none') return undefined
  const question = evidence === 'required' ? 'file that shows it: ' : 'file that shows it, empty for none: '
  for (;;) {
    const typed = (await terminal?.ask(question, signal))?.trim()
    if (typed === undefined || typed === '') break
    const file = await readEvidence(typed)
    if (typeof file !== 'string') return file
    terminal?.show(`${file}\n`)
  }
  if (evidence === 'optional') return undefined
  throw new NeedsPerson('manual', 'a file has to show that it was done', {
    step,
    hint: `go on with \`--evidence '${step.id}=FILE'\``,
  })
}

/** @returns why it cannot be read, where it cannot */
async function readEvidence(path: string): Promise<EvidenceFile | string> {
  try {
    return { name: basename(path), bytes: await readFile(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return `evidence \`${resolve(path)}\` cannot be read (\`${code}\`)`
  }
}
