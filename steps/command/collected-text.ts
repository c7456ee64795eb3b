/** The beginning of what a program writes, up to a limit. What comes after it is read and dropped, so that nothing blocks. */
export class CollectedText {
  readonly #limitBytes: number
  readonly #chunks: Uint8Array[] = []
  #length = 0
  #truncated = false

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  add(chunk: Uint8Array): void {
    const room = this.#limitBytes - this.#length
    if (chunk.length > room) this.#truncated = true
    const taken = chunk.subarray(0, room)
    this.#chunks.push(taken)
    this.#length += taken.length
  }

  get truncated(): boolean {
    return this.#truncated
  }

  /** UTF-8; what is none becomes U+FFFD, and a character that the limit cut is left out. */
  get text(): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    return decoder.decode(Buffer.concat(this.#chunks), { stream: this.#truncated })
  }
}
