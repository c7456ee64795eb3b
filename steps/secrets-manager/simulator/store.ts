import { createHash, randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { readJson, writeDurably } from '../../aws/simulator/durable-file.ts'
import type { Caller, ServiceWorld } from '../../aws/simulator/service.ts'
import { secretSchema, type StoredSecret } from './state.ts'

/**
 * The secrets of a sandbox: one file each, replaced in one piece.
 *
 * An effect and what it changed are one write; the ledger's line follows, then the file says that the line is there. After a
 * crash in between, opening gives the line again: the ledger knows the effect by its id and takes it once.
 */
export class Store {
  readonly #world: ServiceWorld
  readonly #secrets = new Map<string, StoredSecret>()

  constructor(world: ServiceWorld) {
    this.#world = world
    for (const name of readdirSync(world.folder).filter((each) => each.endsWith('.json'))) {
      const secret = Value.Parse(secretSchema, readJson(join(world.folder, name)))
      this.#secrets.set(secret.arn, secret)
      this.#deliver(secret)
    }
  }

  /** The caller's secret by name, ARN, or ARN without the six characters at its end; what is gone by now is not there. */
  find(id: string, { partition, region, accountId }: Caller): StoredSecret | undefined {
    const own = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:`
    return [...this.#secrets.values()].find(
      ({ arn, name, deletedAt }) =>
        arn.startsWith(own) &&
        (id === name || id === arn || id === arn.slice(0, -7)) &&
        (deletedAt === undefined || this.#world.clock.now() < deletedAt),
    )
  }

  /** Durable, with its line in the ledger, before it returns. */
  save(changed: StoredSecret, operation: string): void {
    this.#deliver(this.#write({ ...changed, outbox: [{ id: randomUUID(), operation }] }))
  }

  #write(secret: StoredSecret): StoredSecret {
    const file = `${createHash('sha256').update(secret.arn).digest('hex')}.json`
    writeDurably(join(this.#world.folder, file), JSON.stringify(secret, undefined, 1))
    this.#secrets.set(secret.arn, secret)
    return secret
  }

  #deliver(secret: StoredSecret): void {
    if (secret.outbox.length === 0) return
    for (const { id, operation } of secret.outbox)
      this.#world.ledger.commit({ service: 'secretsmanager', operation, resource: secret.arn, id })
    this.#write({ ...secret, outbox: [] })
  }
}
