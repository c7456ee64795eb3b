import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { initialiseSoftToken } from '../../../pkcs11/token/soft-token.ts'
import type { CloudHsmWorld } from '../context.ts'
import type { HsmUser } from '../data-plane-state.ts'
import type { Token } from './key-store.ts'
import { seal } from './passwords.ts'

type Places = Pick<CloudHsmWorld, 'folder' | 'tokenFolder' | 'store'>

/**
 * Makes the token of a crypto user, where nobody sees it yet: {@link placeUserToken} moves it to the others once the user is
 * there.
 */
export async function makeUserToken(world: Places, name: string, pin: string): Promise<Token> {
  const making = join(makingFolder(world), name)
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true, mode: 0o700 })
  const soPin = randomBytes(12).toString('hex')
  const token = await initialiseSoftToken(making, { label: name, soPin, userPin: pin })
  return { ...token, soPin, sealedPin: seal(pin, soPin) }
}

export function placeUserToken(world: Places, { name, token }: HsmUser): void {
  if (token === undefined) return
  const made = join(makingFolder(world), name)
  renameSync(join(made, 'tokens', token.folder), join(world.tokenFolder, token.folder))
  rmSync(made, { recursive: true, force: true })
}

export function removeUserToken(world: Places, { token }: HsmUser): void {
  if (token !== undefined) rmSync(join(world.tokenFolder, token.folder), { recursive: true, force: true })
}

/** Whoever made them: an object is a file of the token. */
export function ownsKeys(world: Places, { token }: HsmUser): boolean {
  if (token === undefined) return false
  const files = readdirSync(join(world.tokenFolder, token.folder))
  return files.some((file) => file.endsWith('.object') && file !== 'token.object')
}

/** Moves what a power cut left between the user and its token; clears what belongs to no user. */
export function placeLeftTokens(world: Places): void {
  const folder = makingFolder(world)
  if (!existsSync(folder)) return
  const live = world.store.state.clusters.filter((cluster) => cluster.live)
  for (const name of readdirSync(folder)) {
    const user = live
      .flatMap(({ data }) => data.users)
      .find((each) => each.token !== undefined && existsSync(join(folder, name, 'tokens', each.token.folder)))
    if (user !== undefined) placeUserToken(world, user)
  }
  rmSync(folder, { recursive: true, force: true })
}

function makingFolder({ folder }: Pick<CloudHsmWorld, 'folder'>): string {
  return join(folder, 'making-users')
}
