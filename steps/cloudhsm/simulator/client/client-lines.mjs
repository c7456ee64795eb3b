// @ts-check
/**
 * Lines of stdin, one on demand: commands of the interactive mode, and what is entered at a prompt.
 */
export class AnswerLines {
  #text = ''
  #ended = false
  #begun = false
  /** @type {(() => void) | undefined} */
  #wake

  /** @returns {Promise<string | undefined>} without its end; `undefined`: there are no more */
  async next() {
    this.#begin()
    for (;;) {
      const end = this.#text.indexOf('\n')
      if (end >= 0) {
        const line = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 1)
        process.stdin.pause()
        return line.replace(/\r$/, '')
      }
      if (this.#ended) {
        const last = this.#text
        this.#text = ''
        return last === '' ? undefined : last
      }
      process.stdin.resume()
      await new Promise((wake) => (this.#wake = () => wake(undefined)))
    }
  }

  close() {
    if (this.#begun) process.stdin.destroy()
  }

  #begin() {
    if (this.#begun) return
    this.#begun = true
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (chunk) => {
      this.#text += chunk
      this.#wake?.()
    })
    process.stdin.on('end', () => {
      this.#ended = true
      this.#wake?.()
    })
  }
}
