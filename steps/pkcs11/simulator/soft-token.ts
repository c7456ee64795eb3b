import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileDurably, syncFolder } from '../../../engine/step/durable-file.ts'
import { StepError } from '../../../engine/step/errors.ts'
import { initialiseSoftToken, type SoftToken } from '../token/soft-token.ts'

/**
 * Makes the token of a binding, or finds it again. Its PINs are in files beside it. A token appears whole or not at all: it is initialised in a folder of its own,
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
  // the form of CloudHSM's PINs
  const userPin = await makePin(pinFile(folder, name), `${name}:${randomBytes(12).toString('hex')}`)
  const soPin = await makePin(join(folder, `${name}.so-pin`), randomBytes(12).toString('hex'))
  return initialiseSoftToken(making, { label, soPin, userPin })
}

/** Makes a PIN, or reads the one that is there: a token may have been initialised with it. */
async function makePin(path: string, fresh: string): Promise<string> {
  if (!existsSync(path)) await createFileDurably(path, Buffer.from(`${fresh}\n`))
  return (await readFile(path, 'utf8')).trimEnd()
}
