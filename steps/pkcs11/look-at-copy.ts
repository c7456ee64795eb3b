import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StepError } from '../../engine/step/errors.ts'

/** Variables for the library, and what is to be done with them afterwards. */
export interface LibraryEnvironment {
  readonly variables: Readonly<Record<string, string>>
  release(): Promise<void>
}

interface Copy {
  readonly made: Promise<{ readonly folder: string; readonly configuration: string }>
  users: number
}

/** Begins the names of copies, beside the configuration file. */
export const copyPrefix = '.looking-'

/** By configuration file: all bindings of one library in a process have to share one. */
const copies = new Map<string, Copy>()

/**
 * SoftHSM counts each login in the token's files, and a plan leaves a sandbox byte for byte as it is: it looks at a copy of the
 * token folder, in the sandbox's own folder, removed afterwards; what a kill leaves of it is removed when the sandbox starts. HSMs
 * keep such books inside, and are looked at themselves.
 */
export async function environmentForLooking(variables: Readonly<Record<string, string>>): Promise<LibraryEnvironment> {
  const original = variables['SOFTHSM2_CONF']
  if (original === undefined) return { variables, release: () => Promise.resolve() }
  const copy = copies.get(original) ?? { made: copyTokens(original), users: 0 }
  copies.set(original, copy)
  copy.users += 1
  const release = async (): Promise<void> => {
    copy.users -= 1
    if (copy.users > 0) return
    copies.delete(original)
    await rm((await copy.made).folder, { recursive: true, force: true })
  }
  try {
    return { variables: { ...variables, SOFTHSM2_CONF: (await copy.made).configuration }, release }
  } catch (error) {
    copies.delete(original)
    throw error
  }
}

async function copyTokens(original: string): Promise<{ readonly folder: string; readonly configuration: string }> {
  const text = await readFile(original, 'utf8').catch((error: unknown) => {
    throw new StepError('not-found', `SoftHSM configuration \`${original}\` cannot be read`, { cause: error })
  })
  const tokens = /^\s*directories\.tokendir\s*=\s*(.*?)\s*$/m.exec(text)?.[1]
  if (tokens === undefined) throw new StepError('invalid', `\`${original}\` names no \`directories.tokendir\``)
  const folder = await mkdtemp(join(dirname(original), copyPrefix)) // mode 700
  await cp(tokens, join(folder, 'tokens'), { recursive: true })
  const configuration = join(folder, 'softhsm2.conf')
  await writeFile(configuration, text.replace(/^(\s*directories\.tokendir\s*=).*$/m, `$1 ${join(folder, 'tokens')}`))
  return { folder, configuration }
}
