import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { readJson, writeDurably } from './durable-file.ts'

const account = Type.Object({
  accountId: Type.String({ pattern: '^[0-9]{12}$' }),
  partition: Type.String(),
  region: Type.String(),
  accessKeyId: Type.String(),
  userId: Type.String(),
})

/** One account in one Region, with the only access key that works there. */
export interface Account extends Static<typeof account> {}

/** The accounts of a sandbox, and their credentials: made on first use, kept in the sandbox's folder. */
export class Accounts {
  readonly #folder: string
  #accounts: readonly Account[]

  constructor(folder: string) {
    this.#folder = folder
    const stored = readJson(join(folder, 'accounts.json'))
    this.#accounts = stored === undefined ? [] : Value.Parse(Type.Array(account), stored)
  }

  findByKey(accessKeyId: string): Account | undefined {
    return this.#accounts.find((known) => known.accessKeyId === accessKeyId)
  }

  /** The account's entry for this Region, made durable before it is given out. */
  findOrMake(accountId: string, partition: string, region: string): Account {
    const found = this.#accounts.find(
      (known) => known.accountId === accountId && known.partition === partition && known.region === region,
    )
    if (found !== undefined) return found
    const made = { accountId, partition, region, accessKeyId: randomId('AKIASANDBOX'), userId: randomId('AIDASANDBOX') }
    writeDurably(this.secretPath(made), randomBytes(30).toString('base64'))
    const accounts = [...this.#accounts, made]
    writeDurably(join(this.#folder, 'accounts.json'), JSON.stringify(accounts, undefined, 2))
    this.#accounts = accounts
    return made
  }

  secretPath(of: Account): string {
    return join(this.#folder, `secret-access-key-${of.accessKeyId}`)
  }

  secret(of: Account): string {
    return readFileSync(this.secretPath(of), 'utf8')
  }
}

/** 20 characters, as AWS's own ids have. */
function randomId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const rest = Array.from({ length: 20 - prefix.length }, () => alphabet.charAt(randomInt(alphabet.length)))
  return prefix + rest.join('')
}
