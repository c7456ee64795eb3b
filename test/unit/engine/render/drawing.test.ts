import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { drawOn } from '../../../../engine/render/drawing.ts'
import type { Size } from '../../../../engine/render/frame.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A terminal that understands what a drawing writes, and wraps again what is on it when its width changes, as most do. */
class Terminal extends EventEmitter {
  columns = 20
  rows = 6
  /** Lines as they were written, whatever the width. */
  lines: string[] = ['']
  at = 0

  write(text: string): boolean {
    for (const [, up, erase, feed, plain] of text.matchAll(/\u001b\[(\d+)A|\u001b\[([KJ])|(\r|\n)|([^\u001b\r\n]+)/g)) {
      if (up !== undefined) this.#up(Number(up))
      else if (erase === 'J') this.lines = [...this.lines.slice(0, this.at), '']
      else if (feed === '\n') this.#down()
      else if (plain !== undefined) this.lines[this.at] = plain
    }
    return true
  }

  resize(columns: number): void {
    this.columns = columns
    this.emit('resize')
  }

  #down(): void {
    this.at += 1
    if (this.at === this.lines.length) this.lines.push('')
  }

  /** By rows of the screen: a line that is too wide has several, and is two lines once the cursor stands in it. */
  #up(screenRows: number): void {
    let left = screenRows
    while (left > 0 && this.at > 0) {
      this.at -= 1
      const line = this.lines[this.at] ?? ''
      left -= Math.max(1, Math.ceil(line.length / this.columns))
      if (left >= 0) continue
      this.lines.splice(this.at, 1, line.slice(0, -left * this.columns), line.slice(-left * this.columns))
      this.at += 1
    }
  }
}

function drawing(rows: (size: Size, turn: number) => readonly string[]) {
  const terminal = new Terminal()
  const stream = terminal as unknown as NodeJS.WriteStream // what of it is used
  return { terminal, stream, drawn: drawOn(stream, rows) }
}

it('draws again in place, below the lines that stay', () => {
  const { terminal, drawn } = drawing((_, turn) => ['working', `turn ${turn}`])
  vi.advanceTimersByTime(50)
  expect(terminal.lines).toEqual(['working', 'turn 0', ''])
  drawn.keep('done\n')
  vi.advanceTimersByTime(200)
  expect(terminal.lines).toEqual(['done', 'working', 'turn 2', ''])
})

it('leaves nothing of itself when it is wiped, and every line that was to stay', () => {
  const { terminal, drawn } = drawing(() => ['working', 'more'])
  vi.advanceTimersByTime(50)
  drawn.keep('done\n')
  drawn.wipe()
  vi.advanceTimersByTime(1000)
  expect(terminal.lines).toEqual(['done', ''])
  expect(terminal.listenerCount('resize')).toBe(0)
})

it('draws nothing of what is over at once', () => {
  const { terminal, drawn } = drawing(() => ['working'])
  drawn.keep('done\n')
  drawn.wipe()
  expect(terminal.lines).toEqual(['done', ''])
})

it('takes away what the terminal wrapped when it became narrower', () => {
  const { terminal } = drawing(({ columns }) => ['x'.repeat(columns - 1), 'bottom'])
  vi.advanceTimersByTime(50)
  terminal.resize(7)
  expect(terminal.lines).toEqual(['xxxxxx', 'bottom', ''])
  terminal.resize(30)
  expect(terminal.lines).toEqual(['x'.repeat(29), 'bottom', ''])
})

it('puts what others write above itself, line by line', () => {
  const { terminal, stream, drawn } = drawing(() => ['working'])
  vi.advanceTimersByTime(50)
  stream.write('first\nbegin of ')
  vi.advanceTimersByTime(200)
  expect(terminal.lines).toEqual(['first', 'working', ''])
  stream.write('second\n')
  stream.write('no end')
  drawn.wipe()
  expect(terminal.lines).toEqual(['first', 'begin of second', 'no end'])
})

it('keeps no process alive', () => {
  vi.useRealTimers()
  const { drawn } = drawing(() => ['working'])
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  drawn.wipe()
  expect(timers).toBe(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length)
})
