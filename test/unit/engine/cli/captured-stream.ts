import { Writable } from 'node:stream'

/** A standard stream, and what was written to it since one last looked. */
export function capturedStream({ isTTY = false } = {}): {
  readonly stream: NodeJS.WriteStream
  readonly written: () => string
} {
  const chunks: Buffer[] = []
  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  // of a terminal's stream, what `outputTo` uses
  const stream = Object.assign(writable, { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream
  return { stream, written: () => Buffer.concat(chunks.splice(0)).toString('utf8') }
}
