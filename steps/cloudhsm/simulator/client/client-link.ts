import { connect, type Socket } from 'node:net'

export class LinkLost extends Error {}

/**
 * One connection to the simulated HSMs, HTTP/1.1 on a socket of its own: a login lives as long as it. It is made on use, and is not made
 * again while it stands.
 */
export class Link {
  #socket: Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #waiting: { settle(answer: unknown): void; fail(error: Error): void } | undefined
  readonly #endpoint: URL

  #closed = false

  /**
   * @param endpoint `http://127.0.0.1:PORT`
   * @param signal of the program: with it goes its connection, and no other one is made
   */
  constructor(endpoint: string, signal: AbortSignal) {
    this.#endpoint = new URL(endpoint)
    if (signal.aborted) this.close()
    else signal.addEventListener('abort', () => this.close(), { once: true })
  }

  /** One request at a time. @throws {LinkLost} */
  async ask(path: string, body: object): Promise<unknown> {
    if (this.#closed) throw new LinkLost('the program ended')
    const socket = this.#open()
    const bytes = Buffer.from(JSON.stringify(body))
    const head = `POST ${path} HTTP/1.1\r\nHost: ${this.#endpoint.host}\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`
    return new Promise((settle, fail) => {
      this.#waiting = { settle, fail }
      socket.write(Buffer.concat([Buffer.from(head), bytes]))
    })
  }

  close(): void {
    this.#closed = true
    this.#socket?.destroy()
  }

  #open(): Socket {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket
    this.#received = Buffer.alloc(0)
    const socket = connect({ host: this.#endpoint.hostname, port: Number(this.#endpoint.port) })
    socket.setNoDelay(true)
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('error', (error) => this.#lose(error.message))
    socket.on('close', () => this.#lose('the connection was closed'))
    this.#socket = socket
    return socket
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#received.subarray(0, end).toString('latin1')
    const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1])
    if (!Number.isInteger(length)) return this.#lose('an answer has no length')
    if (this.#received.length < end + 4 + length) return
    const body = this.#received.subarray(end + 4, end + 4 + length).toString('utf8')
    this.#received = this.#received.subarray(end + 4 + length)
    const waiting = this.#waiting
    this.#waiting = undefined
    if (!head.startsWith('HTTP/1.1 200 ')) waiting?.fail(new LinkLost(`the HSM answered ${head.slice(9, 12)}`))
    else waiting?.settle(JSON.parse(body))
  }

  #lose(why: string): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#socket?.destroy()
    waiting?.fail(new LinkLost(why))
  }
}
