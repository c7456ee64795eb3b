import type { Connection } from '../../../aws/simulator/service.ts'
import type { QuorumToken } from './quorum.ts'
import type { Role } from './users.ts'

/** Somebody who is logged in, on one connection. Lives in memory: it ends with the connection. */
export interface Login {
  readonly clusterId: string
  readonly username: string
  readonly role: Role
  /** Quorum tokens that were asked for and not used yet. */
  tokens: readonly QuorumToken[]
}

/** Who is logged in where. */
export class Logins {
  readonly #byConnection = new Map<Connection, Map<string, Login>>()
  readonly #ended: (login: Login) => void

  /** @param ended hears of each login that ends, whose quorum tokens are dead */
  constructor(ended: (login: Login) => void) {
    this.#ended = ended
  }

  find(connection: Connection, clusterId: string): Login | undefined {
    return this.#byConnection.get(connection)?.get(clusterId)
  }

  /** All that are in a cluster, over all connections. */
  of(clusterId: string): readonly Login[] {
    return [...this.#byConnection.values()].flatMap((each) => {
      const login = each.get(clusterId)
      return login === undefined ? [] : [login]
    })
  }

  begin(connection: Connection, login: Login): void {
    if (connection.closed.aborted) return
    const known = this.#byConnection.get(connection)
    if (known === undefined) {
      this.#byConnection.set(connection, new Map([[login.clusterId, login]]))
      connection.closed.addEventListener('abort', () => this.#close(connection), { once: true })
      return
    }
    this.end(connection, login.clusterId)
    known.set(login.clusterId, login)
  }

  end(connection: Connection, clusterId: string): void {
    const login = this.find(connection, clusterId)
    if (login === undefined) return
    this.#byConnection.get(connection)?.delete(clusterId)
    this.#ended(login)
  }

  #close(connection: Connection): void {
    const logins = [...(this.#byConnection.get(connection)?.values() ?? [])]
    this.#byConnection.delete(connection)
    for (const login of logins) this.#ended(login)
  }
}
