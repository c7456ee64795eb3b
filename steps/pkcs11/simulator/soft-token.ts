import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createFileDurably, syncFolder } from '../../../engine/step/durable-file.ts'
import { StepError } from '../../../engine/step/errors.ts'

/** The token of one binding. Its PINs are in files beside it. */
export interface SoftToken {
  readonly label: string
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
 * Makes the token of a binding, or finds it again. A token appears whole or not at all: it is initialised in a folder of its own,
 * its name is recorded, and then it is moved to the others.
 *
 * @param folder the simulator's
 * @param tokens the folder of all tokens
 * @param name the binding's
 */
export async function makeSoftToken(folder: string, tokens: string, name: string, label: string): Promise<SoftToken> {
  const record = join(folder, `${name}.token.json`)
  const making = join(folder, 'making', name)
  if (!existsSync(record)) {
    await rm(making, { recursive: true, force: true })
    const token = await initialise(folder, making, name, label)
    await createFileDurably(record, Buffer.from(`${JSON.stringify(token)}\n`))
  }
  const token = JSON.parse(await readFile(record, 'utf8')) as SoftToken // written above alone
  const made = join(making, 'tokens', token.folder)
  if (existsSync(made)) {
    await rename(made, join(tokens, token.folder))
    await syncFolder(tokens)
  }
  await rm(making, { recursive: true, force: true })
  if (token.label !== label) {
    throw new StepError(
      'conflict',
      `sandbox token of binding \`${name}\` is labelled \`${token.label}\`, wanted \`${label}\``,
      {
        hint: 'use another sandbox folder: the token was made for another rehearsal',
      },
    )
  }
  return token
}

/** File with the PIN of the crypto user, readable by its owner only. */
export function pinFile(folder: string, name: string): string {
  return join(folder, `${name}.pin`)
}

async function initialise(folder: string, making: string, name: string, label: string): Promise<SoftToken> {
  const configuration = await writeConfiguration(making)
  // the form of CloudHSM's PINs
  const userPin = await makePin(pinFile(folder, name), `${name}:${randomBytes(12).toString('hex')}`)
  const soPin = await makePin(join(folder, `${name}.so-pin`), randomBytes(12).toString('hex'))
  // softhsm2-util takes PINs as arguments only; they are good for this sandbox alone
  await softHsmUtil(configuration, ['--init-token', '--free', '--label', label, '--so-pin', soPin, '--pin', userPin])
  const slots = await softHsmUtil(configuration, ['--show-slots'])
  const serial = /^\s*Serial number:\s+([0-9a-f]+)\s*$/m.exec(slots)?.[1]
  const [tokenFolder] = await readdir(join(making, 'tokens'))
  if (serial === undefined || tokenFolder === undefined) {
    throw new StepError('device', `\`softhsm2-util\` made token \`${label}\`, and does not show it`)
  }
  return { label, serial, folder: tokenFolder }
}

/** Makes a PIN, or reads the one that is there: a token may have been initialised with it. */
async function makePin(path: string, fresh: string): Promise<string> {
  if (!existsSync(path)) await createFileDurably(path, Buffer.from(`${fresh}\n`))
  return (await readFile(path, 'utf8')).trimEnd()
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
