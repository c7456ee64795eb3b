import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { createFileDurably } from '../../../engine/step/durable-file.ts'
import type { Ledger } from '../../../engine/step/simulator.ts'

/** What the server gives out at a path. */
export interface StoredObject {
  readonly contentType: string
  readonly bytes: Uint8Array
  readonly etag: string
}

const headSchema = Type.Object({
  operation: Type.Union([Type.Literal('PUT'), Type.Literal('DELETE')]),
  path: Type.String(),
  contentType: Type.String(),
})

/**
 * What a web server holds: a file for each change, numbered and never touched again, so that a change is there whole or
 * not at all whenever power is lost. Calls must not overlap.
 */
export class PublishedStore {
  readonly #folder: string
  readonly #ledger: Ledger
  readonly #objects = new Map<string, StoredObject>()
  #changes = 0

  private constructor(folder: string, ledger: Ledger) {
    this.#folder = folder
    this.#ledger = ledger
  }

  static async open(folder: string, ledger: Ledger): Promise<PublishedStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const store = new PublishedStore(folder, ledger)
    const names = (await readdir(folder)).filter((name) => /^\d{8}$/.test(name)).sort()
    for (const name of names) {
      const file = await readFile(join(folder, name))
      const end = file.indexOf(0x0a)
      const head = Value.Parse(headSchema, JSON.parse(file.toString('utf8', 0, end)))
      // a line that was lost between the file and the ledger is made up for
      store.#take(head.operation, head.path, head.contentType, file.subarray(end + 1))
    }
    return store
  }

  read(path: string): StoredObject | undefined {
    return this.#objects.get(path)
  }

  /** @returns whether there was anything to change: the same content again is none */
  async put(path: string, contentType: string, bytes: Uint8Array): Promise<boolean> {
    const there = this.#objects.get(path)
    if (there?.etag === etagOf(bytes) && there.contentType === contentType) return false
    await this.#write('PUT', path, contentType, bytes)
    return true
  }

  async remove(path: string): Promise<boolean> {
    if (!this.#objects.has(path)) return false
    await this.#write('DELETE', path, '', new Uint8Array())
    return true
  }

  async #write(operation: 'PUT' | 'DELETE', path: string, contentType: string, bytes: Uint8Array): Promise<void> {
    const head = Buffer.from(`${JSON.stringify({ operation, path, contentType })}\n`, 'utf8')
    const name = String(this.#changes + 1).padStart(8, '0')
    const outcome = await createFileDurably(join(this.#folder, name), Buffer.concat([head, bytes]))
    if (outcome !== 'created') throw new Error(`\`${name}\` is there already: another sandbox uses \`${this.#folder}\``)
    this.#take(operation, path, contentType, bytes)
  }

  #take(operation: 'PUT' | 'DELETE', path: string, contentType: string, bytes: Uint8Array): void {
    this.#changes += 1
    if (operation === 'PUT') this.#objects.set(path, { contentType, bytes, etag: etagOf(bytes) })
    else this.#objects.delete(path)
    this.#ledger.commit({ service: 'http', operation, resource: path, id: `http-${this.#changes}` })
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex')}"`
}
