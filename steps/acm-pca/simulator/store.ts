import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import type { ServiceWorld } from '../../aws/simulator/service.ts'
import { readJson, writeDurably } from '../../aws/simulator/durable-file.ts'
import { authoritySchema, type Authority } from './state.ts'

/** An effect as the ledger names it. */
export interface Effect {
  /** As the API names it. */
  readonly operation: string
  readonly resource: string
}

/**
 * The certificate authorities of a sandbox: one file each, replaced in one piece.
 *
 * An effect and what it changed are one write; the ledger's line follows, then the file says that the line is there. After a
 * crash in between, opening gives the line again: the ledger knows the effect by its id and takes it once.
 */
export class Store {
  readonly #world: Pick<ServiceWorld, 'folder' | 'clock' | 'ledger'>
  readonly #authorities = new Map<string, Authority>()

  constructor(world: Pick<ServiceWorld, 'folder' | 'clock' | 'ledger'>) {
    this.#world = world
    for (const name of readdirSync(world.folder).filter((each) => each.endsWith('.json'))) {
      const authority = Value.Parse(authoritySchema, readJson(join(world.folder, name)))
      this.#authorities.set(authority.arn, authority)
      this.#deliver(authority)
    }
  }

  /** All of them, the oldest first. */
  all(): readonly Authority[] {
    return [...this.#authorities.values()].toSorted((a, b) => a.createdAt - b.createdAt || a.arn.localeCompare(b.arn))
  }

  find(arn: string): Authority | undefined {
    return this.#authorities.get(arn)
  }

  /** Durable, with its line in the ledger, before it returns. */
  save(changed: Authority, effect?: Effect): void {
    const outbox = effect === undefined ? [] : [{ id: randomUUID(), ...effect }]
    this.#deliver(this.#write({ ...changed, outbox }))
  }

  #write(authority: Authority): Authority {
    const id = authority.arn.slice(authority.arn.lastIndexOf('/') + 1)
    writeDurably(join(this.#world.folder, `${id}.json`), JSON.stringify(authority, undefined, 1))
    this.#authorities.set(authority.arn, authority)
    return authority
  }

  #deliver(authority: Authority): void {
    if (authority.outbox.length === 0) return
    for (const { id, operation, resource } of authority.outbox)
      this.#world.ledger.commit({ service: 'acm-pca', operation, resource, id })
    this.#write({ ...authority, outbox: [] })
  }
}
