import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StepError } from '../../engine/step/errors.ts'
import type { JsonObject } from '../../engine/step/json.ts'
import { effectVariable, programEnvironment } from '../../engine/step/programs.ts'
import { runProgram } from '../../engine/step/run-program.ts'
import type { ScriptDeclaration } from '../../engine/step/script.ts'
import { systemError } from '../../engine/step/system-error.ts'
import { copyNameOf } from './copy-name.ts'
import { scriptError } from './script-error.ts'
import { scriptResultOf } from './script-result.ts'

export interface ScriptCall {
  /** Which of the module's functions. */
  readonly name: 'default' | 'check'
  /** What it is given. */
  readonly given: JsonObject
  /** Marks its processes, so that those left over are found. */
  readonly effectId: string | undefined
  /** True: HOME is an empty folder instead of the user's. */
  readonly sandbox: boolean
  readonly signal: AbortSignal
  readonly graceMs?: number
}

/** A journal line holds it. */
const largestResultBytes = 256 * 1024
const kept = { bytes: 16 * 1024, end: 'last' } as const

/**
 * Runs one function of a script in a process of its own and gives back the object that it returned.
 *
 * What runs is a private copy of the declared bytes, in a folder that is gone afterwards. The process watches this one: when the engine
 * is gone, however it ended, so is the script's process group.
 *
 * @throws {StepError}
 */
export async function runScript(script: ScriptDeclaration, call: ScriptCall): Promise<JsonObject> {
  const name = basename(script.path)
  if (call.signal.aborted) throw new StepError('cancelled', `stopped on request before script \`${name}\` began`)
  const folder = await privateFolder(name)
  try {
    await writeInto(folder, script, call).catch((error: unknown) => {
      throw systemError(
        error,
        `script \`${name}\` could not be prepared in \`${folder}\``,
        'make room in the folder for temporary files',
      )
    })
    const end = await runProgram([process.execPath, runner(), folder], {
      folder: join(folder, 'work'),
      environment: environmentOf(call, folder),
      signal: call.signal,
      keep: kept,
      lifeline: true,
      ...(call.graceMs === undefined ? {} : { graceMs: call.graceMs }),
    }).catch((error: unknown) => {
      throw StepError.is(error) && error.outcomeUnknown
        ? new StepError('cancelled', `script \`${name}\` was ended on request`, { outcomeUnknown: true })
        : error
    })
    const result = await readResult(folder, name)
    if (result?.ended === 'returned') return result.value as JsonObject // it comes from JSON
    throw scriptError({ name, ...end }, result)
  } finally {
    // what left the script's group may still write there
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}

/** Beside this file in the sources and in a bundle. */
function runner(): string {
  return fileURLToPath(new URL('./runner.mjs', import.meta.url))
}

async function privateFolder(name: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'runbook-script-')) // mode 0700
  } catch (error) {
    throw systemError(error, `no folder for script \`${name}\` could be made in \`${tmpdir()}\``)
  }
}

async function writeInto(folder: string, script: ScriptDeclaration, { name, given }: ScriptCall): Promise<void> {
  const file = copyNameOf(basename(script.path))
  for (const each of ['module', 'work', 'home']) await mkdir(join(folder, each))
  await writeFile(join(folder, 'module', file), script.bytes)
  await writeFile(join(folder, 'began.mjs'), "globalThis[Symbol.for('runbook.script.began')] = true\n")
  await writeFile(join(folder, 'start.mjs'), startOf(file, script.hasCheck))
  const request = { name, parameters: { hasCheck: script.hasCheck, given } }
  await writeFile(join(folder, 'request.json'), JSON.stringify(request))
}

/** Modules are linked, which finds missing exports and imports, before the first of them runs. */
function startOf(file: string, hasCheck: boolean): string {
  const script = JSON.stringify(`./module/${file}`)
  const names = hasCheck ? 'default, check' : 'default'
  return `import './began.mjs'\nexport { ${names} } from ${script}\nexport * as all from ${script}\n`
}

function environmentOf({ effectId, sandbox }: ScriptCall, folder: string): Readonly<Record<string, string>> {
  const environment = programEnvironment(process.env, sandbox ? join(folder, 'home') : undefined)
  return effectId === undefined ? environment : { ...environment, [effectVariable]: effectId }
}

/** @returns `undefined` when there is none, or none that the runner wrote */
async function readResult(folder: string, name: string) {
  let file
  try {
    file = await open(join(folder, 'result.json'))
  } catch {
    return undefined // it ended before it could write one
  }
  try {
    const { size } = await file.stat()
    if (size > largestResultBytes)
      throw new StepError(
        'invalid',
        `script \`${name}\` returned ${size} bytes of outputs, wanted at most ${largestResultBytes}`,
        {
          hint: 'write what is long into a file, and return its SHA-256',
          outcomeUnknown: true,
        },
      )
    return scriptResultOf(await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}
