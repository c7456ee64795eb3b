import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { readJson, writeDurably } from '../../aws/simulator/durable-file.ts'
import type { ServiceWorld } from '../../aws/simulator/service.ts'
import { stateSchema, type Backup, type Cluster, type State } from './state.ts'

/** An effect as the ledger names it. */
export interface Effect {
  /** `cloudhsm-hsm` for what was done inside the HSMs. */
  readonly service?: 'cloudhsm' | 'cloudhsm-hsm'
  /** As the API names it, or the words of the command. */
  readonly operation: string
  readonly resource: string
}

/** What becomes different, in one piece. Clusters and backups replace those with the same id, or are new. */
export interface Change {
  readonly clusters?: readonly Cluster[]
  readonly backups?: readonly Backup[]
  /** Ids of backups that leave no trace. */
  readonly forgotten?: readonly string[]
  /** Replaces what was known of a subnet. */
  readonly addresses?: State['addresses']
  readonly seeds?: State['seeds']
}

const empty: State = { clusters: [], backups: [], addresses: {}, seeds: {}, outbox: [] }

/**
 * Everything that the simulated CloudHSM knows: one file, replaced in one piece.
 *
 * An effect and what it changed are one write; the ledger's line follows, then the file says that the line is there. After a
 * crash in between, opening gives the line again: the ledger knows the effect by its id and takes it once.
 */
export class Store {
  readonly #world: Pick<ServiceWorld, 'folder' | 'ledger'>
  #state: State

  constructor(world: Pick<ServiceWorld, 'folder' | 'ledger'>) {
    this.#world = world
    const stored = readJson(this.#path())
    this.#state = stored === undefined ? empty : Value.Parse(stateSchema, stored)
    this.#deliver()
  }

  get state(): State {
    return this.#state
  }

  cluster(id: string): Cluster | undefined {
    return this.#state.clusters.find((each) => each.id === id)
  }

  backup(id: string): Backup | undefined {
    return this.#state.backups.find((each) => each.id === id)
  }

  /** Durable, with its line in the ledger, before it returns. */
  save(change: Change, effect?: Effect): void {
    const { clusters, backups, addresses, seeds } = this.#state
    const line = effect && { id: randomUUID(), service: 'cloudhsm', ...effect }
    this.#write({
      clusters: [...replaced(clusters, change.clusters ?? [])],
      backups: replaced(backups, change.backups ?? []).filter(({ id }) => change.forgotten?.includes(id) !== true),
      addresses: { ...addresses, ...change.addresses },
      seeds: { ...seeds, ...change.seeds },
      outbox: line === undefined ? [] : [line],
    })
    this.#deliver()
  }

  #path(): string {
    return join(this.#world.folder, 'state.json')
  }

  #write(state: State): void {
    writeDurably(this.#path(), JSON.stringify(state, undefined, 1))
    this.#state = state
  }

  #deliver(): void {
    if (this.#state.outbox.length === 0) return
    for (const line of this.#state.outbox) this.#world.ledger.commit(line)
    this.#write({ ...this.#state, outbox: [] })
  }
}

function replaced<T extends { readonly id: string }>(all: readonly T[], changed: readonly T[]): T[] {
  const kept = all.map((each) => changed.find(({ id }) => id === each.id) ?? each)
  return [...kept, ...changed.filter(({ id }) => all.every((each) => each.id !== id))]
}
