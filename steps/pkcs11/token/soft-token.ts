import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StepError } from '../../../engine/step/errors.ts'

/** A SoftHSM token. */
export interface SoftToken {
  readonly label: string
  /** 16 hex digits. */
  readonly serial: string
  /** Name of its folder among the tokens. */
  readonly folder: string
}

/** Writes SoftHSM's configuration for a folder of tokens into `folder`. @returns its path */
export async function writeConfiguration(folder: string, tokens = join(folder, 'tokens')): Promise<string> {
  await mkdir(tokens, { recursive: true, mode: 0o700 })
  const path = join(folder, 'softhsm2.conf')
  await writeFile(path, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  return path
}

/**
 * Makes a token, alone in `making/tokens`.
 *
 * @param making a folder of its own, which is not there yet
 */
export async function initialiseSoftToken(
  making: string,
  { label, soPin, userPin }: { readonly label: string; readonly soPin: string; readonly userPin: string },
): Promise<SoftToken> {
  const configuration = await writeConfiguration(making)
  // softhsm2-util takes PINs as arguments only; they are good for this sandbox alone
  await softHsmUtil(configuration, ['--init-token', '--free', '--label', label, '--so-pin', soPin, '--pin', userPin])
  const slots = await softHsmUtil(configuration, ['--show-slots'])
  const serial = /^\s*Serial number:\s+([0-9a-f]+)\s*$/m.exec(slots)?.[1]
  const [folder] = await readdir(join(making, 'tokens'))
  if (serial === undefined || folder === undefined) {
    throw new StepError('device', `\`softhsm2-util\` made token \`${label}\`, and does not show it`)
  }
  return { label, serial, folder }
}

async function softHsmUtil(configuration: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, SOFTHSM2_CONF: configuration, LC_ALL: 'C' }
  try {
    const { stdout } = await promisify(execFile)('softhsm2-util', [...args], { env })
    return stdout
  } catch (cause) {
    // neither arguments nor output: the arguments have PINs
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new StepError(
      code === 'ENOENT' ? 'not-found' : 'device',
      `\`softhsm2-util ${args[0]}\` failed with \`${code}\``,
      {
        hint: 'install SoftHSM 2 with its tools (`apt-get install softhsm2`, `brew install softhsm`)',
      },
    )
  }
}
