import { displayWidth } from '../diagnostics/display-width.ts'
import type { Size } from './frame.ts'

/** Rows at the bottom of a terminal that are drawn again and again, and lines above them that stay. */
export interface Drawing {
  /** Puts lines above the drawing, soon; each ends with a line feed. */
  keep(lines: string): void
  /** Wipes the drawing off. What was kept stays, and so does what others wrote meanwhile. */
  wipe(): void
}

/** After how long it is drawn first, in milliseconds: what is over sooner would only flicker. */
const firstMs = 40
/** How often it is drawn again, in milliseconds. */
const everyMs = 100

/**
 * Draws on a terminal until it is wiped. The cursor stays visible on the line below: a process that is killed leaves nothing behind
 * that its shell would have to mend, and what the terminal echoes, `^C` say, harms no row.
 *
 * @param rows of at most `size.columns - 1` columns each, fewer than `size.rows`; `turn` counts the drawings
 */
export function drawOn(stream: NodeJS.WriteStream, rows: (size: Size, turn: number) => readonly string[]): Drawing {
  const write = stream.write.bind(stream)
  let shown: readonly string[] = []
  let kept = ''
  /** Of what others write: the begin of a line that has no end yet. */
  let open = ''
  let turn = 0
  let columns = sizeOf(stream).columns

  const draw = (): void => {
    const size = sizeOf(stream)
    const next = rows(size, turn)
    turn += 1
    const resized = size.columns !== columns
    columns = size.columns
    // A row that stands where it stood is not written again, so that a slow line carries little.
    const still = resized || kept !== '' ? [] : shown
    const drawn = next.map((row, at) => (row === still[at] ? '\n' : `${row}${eraseRight}\n`)).join('')
    // Row by row, since what is erased from the very top some terminals (tmux) keep in their history; but a terminal that
    // wrapped rows remembers of each line that it did, until the line is erased.
    const erased = resized ? eraseBelow : ''
    write(`${up(shown, columns)}${erased}${kept.replaceAll('\n', `${eraseRight}\n`)}${drawn}${eraseBelow}`)
    kept = ''
    shown = next
  }
  const again = (): void => {
    draw()
    timer = setTimeout(again, everyMs).unref() // no reason for a process to live on
  }
  let timer = setTimeout(again, firstMs).unref()
  stream.on('resize', draw)
  // What others write to this terminal goes above the drawing, line by line.
  stream.write = (chunk: Uint8Array | string, ...more: unknown[]): boolean => {
    open += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    const end = open.lastIndexOf('\n') + 1
    kept += open.slice(0, end)
    open = open.slice(end)
    const done = more.at(-1)
    if (typeof done === 'function') (done as () => void)() // the stream's own signature has no other function
    return true
  }
  return {
    keep(lines) {
      kept += lines
    },
    wipe() {
      clearTimeout(timer)
      stream.off('resize', draw)
      stream.write = write
      write(`${up(shown, sizeOf(stream).columns)}${kept.replaceAll('\n', `${eraseRight}\n`)}${eraseBelow}${open}`)
      shown = []
    },
  }
}

const eraseRight = '\u001b[K'
const eraseBelow = '\u001b[J'

/** To the begin of the first row. A terminal that became narrower has wrapped the rows that were drawn on it. */
function up(shown: readonly string[], columns: number): string {
  const lines = shown.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0)
  return lines === 0 ? '\r' : `\r\u001b[${lines}A`
}

function widthOf(row: string): number {
  // oxlint-disable-next-line no-control-regex
  return displayWidth(row.replaceAll(/\u001b\[[0-9;]*m/g, ''))
}

function sizeOf(stream: NodeJS.WriteStream): Size {
  return { columns: stream.columns || 80, rows: stream.rows || 24 }
}
