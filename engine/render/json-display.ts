import type { Display } from './display.ts'

/** Shows a run as NDJSON, one event a line. */
export function jsonDisplay(write: (text: string) => void): Display {
  return { show: (event) => write(`${JSON.stringify(event)}\n`), close: () => {} }
}
