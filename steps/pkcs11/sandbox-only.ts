import { readFile, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import type { OpenContext } from '../../engine/step/binding-kind.ts'
import type { TokenIdentity } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'

/**
 * Refuses a module that would look at tokens outside the sandbox: in a sandbox `SOFTHSM2_CONF` is given, and both the
 * file and the token folder that it names are in the sandbox's folder.
 *
 * @throws {StepError} `denied`
 */
export async function requireSandboxModule(
  environment: Readonly<Record<string, string>>,
  { name, baseFolder }: OpenContext,
): Promise<void> {
  const configuration = environment['SOFTHSM2_CONF']
  if (configuration === undefined) throw outside(name, 'no `SOFTHSM2_CONF` in `environment`')
  const text = await readFile(configuration, 'utf8').catch(() => '')
  const tokens = /^\s*directories\.tokendir\s*=\s*(.*?)\s*$/m.exec(text)?.[1]
  if (tokens === undefined) throw outside(name, `no token folder in \`${configuration}\``)
  for (const path of [configuration, tokens]) {
    if (!(await isInside(path, baseFolder))) throw outside(name, `\`${path}\`, outside \`${baseFolder}\``)
  }
}

/** @throws {StepError} `denied` when the token is not SoftHSM's: its label may be that of an HSM */
export function requireSandboxToken({ manufacturer, label }: TokenIdentity, { name }: OpenContext): void {
  if (manufacturer === 'SoftHSM project') return
  throw outside(name, `token \`${label}\` of manufacturer \`${manufacturer}\``)
}

export async function isInside(path: string, folder: string): Promise<boolean> {
  const from = await realpath(folder)
  const to = await realpath(path).catch(() => join(dirname(path), 'missing'))
  const way = relative(from, to)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

function outside(binding: string, found: string): StepError {
  return new StepError('denied', `binding \`${binding}\`: a sandbox opens its own SoftHSM tokens only, found ${found}`)
}
