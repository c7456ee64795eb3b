import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'

type Token = NonNullable<HsmUser['token']>

/** Folders of a copy. A power cut leaves a copy whole or not there. */
interface Places {
  /** Where the tokens are. */
  readonly from: string
  readonly to: string
  /** On the same file system as `to`, and nothing else's. */
  readonly making: string
}

/** Copies the tokens of a cluster into a folder of their own: what a backup is. */
export function saveTokens(data: DataPlane, { from, to, making }: Places): void {
  copyWhole(making, to, (folder) => {
    for (const { folder: name } of tokensOf(data)) cpSync(join(from, name), join(folder, name), { recursive: true })
  })
}

/** Copies everything that a backup holds: another backup of the same. */
export function copySaved({ from, to, making }: Places): void {
  copyWhole(making, to, (folder) => cpSync(from, folder, { recursive: true }))
}

/** The same users and keys, with tokens of their own: a clone's. */
export function withTokensOfItsOwn(data: DataPlane): DataPlane {
  return {
    ...data,
    users: data.users.map((user) =>
      user.token === undefined
        ? user
        : { ...user, token: { ...user.token, folder: randomUUID(), serial: randomBytes(8).toString('hex') } },
    ),
  }
}

/**
 * Puts the tokens of a backup among the sandbox's.
 *
 * @param saved what the backup holds
 * @param wanted the same, or a clone of it
 */
export function bringTokensBack(saved: DataPlane, wanted: DataPlane, { from, to, making }: Places): void {
  for (const { name, token } of wanted.users) {
    const source = saved.users.find((user) => user.name === name)?.token
    if (token === undefined || source === undefined) continue
    copyWhole(making, join(to, token.folder), (folder) => {
      cpSync(join(from, source.folder), folder, { recursive: true })
      if (token.serial !== source.serial) giveSerial(join(folder, 'token.object'), source.serial, token.serial)
    })
  }
}

/** Takes the tokens of a cluster away: nobody can use its keys. */
export function removeLiveTokens(data: DataPlane, tokenFolder: string): void {
  for (const { folder } of tokensOf(data)) rmSync(join(tokenFolder, folder), { recursive: true, force: true })
}

function tokensOf({ users }: DataPlane): readonly Token[] {
  return users.flatMap(({ token }) => (token === undefined ? [] : [token]))
}

function copyWhole(making: string, to: string, copyInto: (folder: string) => void): void {
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true, mode: 0o700 })
  copyInto(making)
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  if (existsSync(to)) rmSync(to, { recursive: true })
  renameSync(making, to)
}

/** SoftHSM keeps the serial number of a token as text, which another one of the same length can stand for. */
function giveSerial(path: string, from: string, to: string): void {
  const bytes = readFileSync(path)
  const at = bytes.indexOf(from, 0, 'latin1')
  if (at < 0) throw new Error('token has another serial number')
  bytes.write(to, at, 'latin1')
  writeFileSync(path, bytes)
}
