/** The beginning or the end of what a program writes, up to a limit. The rest is read and dropped, so that nothing blocks. */
export class CollectedText {
  readonly #limitBytes: number
  readonly #end: 'first' | 'last'
  #chunks: Uint8Array[] = []
  #length = 0
  #truncated = false

  /** @param end which bytes are kept when there are more than `limitBytes` */
  constructor(limitBytes: number, end: 'first' | 'last' = 'first') {
    this.#limitBytes = limitBytes
    this.#end = end
  }

  add(chunk: Uint8Array): void {
    const taken = this.#end === 'first' ? chunk.subarray(0, this.#limitBytes - this.#length) : chunk
    if (taken.length < chunk.length) this.#truncated = true
    this.#chunks.push(taken)
    this.#length += taken.length
    // not at each chunk, as many small ones would be copied again and again
    if (this.#end === 'last' && this.#length > 2 * this.#limitBytes) this.#dropBeginning()
  }

  get truncated(): boolean {
    return this.#truncated || this.#length > this.#limitBytes
  }

  /** UTF-8; what is none becomes U+FFFD, and a character that the limit cut is left out. */
  get text(): string {
    if (this.#end === 'last' && this.#length > this.#limitBytes) this.#dropBeginning()
    const bytes = Buffer.concat(this.#chunks)
    // bytes 10xxxxxx go on with a character that began before the limit
    const start =
      this.#end === 'last' && this.#truncated
        ? Math.max(
            0,
            bytes.findIndex((byte) => (byte & 0xc0) !== 0x80),
          )
        : 0
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    return decoder.decode(bytes.subarray(start), { stream: this.#end === 'first' && this.#truncated })
  }

  #dropBeginning(): void {
    this.#chunks = [Buffer.concat(this.#chunks).subarray(-this.#limitBytes)]
    this.#length = this.#limitBytes
    this.#truncated = true
  }
}
