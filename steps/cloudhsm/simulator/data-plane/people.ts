import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../../../aws/simulator/durable-file.ts'
import type { Cluster } from '../state.ts'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'
import type { Login } from './logins.ts'
import { type QuorumToken, tokenId } from './quorum.ts'

/** People whom a rehearsal simulates. */
export interface PeopleWords {
  /** User names, in the order in which they answer. */
  readonly names: readonly string[]
  /** Where they put their signatures. Absolute. */
  readonly folder: string | undefined
}

/** How long an admin takes to set a password of their own and to register a key. */
const registeringMs = 5 * 60_000
/** One of them answers a quorum token a minute. */
const signingMs = 60_000

interface Signature {
  readonly at: number
  readonly name: string
  readonly token: QuorumToken
}

/** Somebody who was made a user and has yet to set a password and register a key. */
export interface Newcomer {
  readonly at: number
  readonly cluster: Cluster
  readonly user: HsmUser
}

/**
 * Simulated people: each holds an RSA key of their own. They register it some minutes after they were made a user, and sign each quorum
 * token, one after the other. They act when the HSMs are asked anything.
 */
export class People {
  readonly #own: string
  #words: PeopleWords = { names: [], folder: undefined }
  #signatures: readonly Signature[] = []

  /** @param folder the service's own */
  constructor(folder: string) {
    this.#own = join(folder, 'people')
  }

  /** Tells who they are; what they had signed before belongs to tokens that are dead. */
  meet(words: PeopleWords): void {
    this.#words = words
    const { folder } = words
    if (folder === undefined || !existsSync(folder)) return
    for (const name of words.names) if (existsSync(join(this.#own, `${name}.pub.pem`))) this.show(name)
    for (const file of readdirSync(folder)) {
      const signer = /^[0-9a-f]{16}\.(.+)\.sig$/.exec(file)?.[1]
      if (signer !== undefined && words.names.includes(signer)) rmSync(join(folder, file))
    }
  }

  /** Whether somebody is one of them. */
  knows(name: string): boolean {
    return this.#words.names.includes(name)
  }

  /** Whoever has yet to register in these clusters, the earliest first. */
  newcomers(clusters: readonly Cluster[]): readonly Newcomer[] {
    return clusters
      .filter(({ live }) => live)
      .flatMap((cluster) =>
        cluster.data.users
          .filter((user) => this.#words.names.includes(user.name) && user.quorumPublicKeyPem === undefined)
          .map((user) => ({ at: user.createdAt + registeringMs, cluster, user })),
      )
      .toSorted((a, b) => a.at - b.at || this.#order(a.user.name) - this.#order(b.user.name))
  }

  /** They are handed a token; those with a key in the cluster will sign it. */
  receive({ data }: Cluster, { role }: Login, token: QuorumToken): void {
    const signers = this.#words.names.filter((name) => this.#canSign(data, name, role))
    const coming = signers.map((name, index) => ({ at: token.generatedAt + (index + 1) * signingMs, name, token }))
    this.#signatures = [...this.#signatures, ...coming]
  }

  /** A token is used or dead: nobody signs it any more, and its signatures are of no use. */
  forget(tokens: readonly QuorumToken[]): void {
    this.#signatures = this.#signatures.filter(({ token }) => !tokens.includes(token))
    for (const token of tokens) for (const name of this.#words.names) rmSync(this.#file(token, name), { force: true })
  }

  /** Puts signatures into the folder whose time has come. */
  signUntil(now: number): void {
    const due = this.#signatures.filter(({ at }) => at <= now)
    this.#signatures = this.#signatures.filter(({ at }) => at > now)
    if (this.#words.folder === undefined) return
    for (const { name, token } of due) {
      const signature = sign('sha256', token.approvalData, this.#keyPem(name))
      mkdirSync(this.#words.folder, { recursive: true })
      writeDurably(this.#file(token, name), `${signature.toString('base64')}\n`)
    }
  }

  /** When the next of them signs. */
  get nextSignatureAt(): number | undefined {
    const times = this.#signatures.map(({ at }) => at)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Somebody puts the public key that they registered where others find it. */
  show(name: string): void {
    const { folder, names } = this.#words
    if (folder === undefined || !names.includes(name)) return
    mkdirSync(folder, { recursive: true })
    writeDurably(join(folder, `${name}.public.pem`), this.publicKeyPem(name))
  }

  /** The public key that somebody registers. */
  publicKeyPem(name: string): string {
    this.#keyPem(name)
    return readFileSync(join(this.#own, `${name}.pub.pem`), 'utf8')
  }

  /** A file with the password that somebody has in all clusters, readable by its owner alone. */
  passwordFile(name: string): string {
    const path = join(this.#own, `${name}.password`)
    if (!existsSync(path)) {
      mkdirSync(this.#own, { recursive: true, mode: 0o700 })
      writeDurably(path, `${randomBytes(12).toString('base64url')}\n`)
    }
    return path
  }

  password(name: string): string {
    return readFileSync(this.passwordFile(name), 'utf8').trimEnd()
  }

  #canSign(data: DataPlane, name: string, role: Login['role']): boolean {
    const user = data.users.find((each) => each.name === name && each.role === role)
    return user?.quorumPublicKeyPem !== undefined && user.quorumPublicKeyPem === this.publicKeyPem(name)
  }

  #keyPem(name: string): string {
    const path = join(this.#own, `${name}.key.pem`)
    const publicPath = join(this.#own, `${name}.pub.pem`)
    if (!existsSync(path) || !existsSync(publicPath)) {
      mkdirSync(this.#own, { recursive: true, mode: 0o700 })
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
      writeDurably(publicPath, publicKey.export({ type: 'spki', format: 'pem' }).toString())
    }
    return readFileSync(path, 'utf8')
  }

  #file(token: QuorumToken, name: string): string {
    return join(this.#words.folder ?? this.#own, `${tokenId(token)}.${name}.sig`)
  }

  #order(name: string): number {
    return this.#words.names.indexOf(name)
  }
}
