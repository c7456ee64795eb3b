import type { Display } from '../render/display.ts'
import { jsonDisplay } from '../render/json-display.ts'
import { marksFor } from '../render/marks.ts'
import { plainDisplay } from '../render/plain-display.ts'
import type { Surroundings } from './command.ts'
import type { Arguments } from './parse-arguments.ts'

/** How a run is shown: events on stdout with `--json`, drawn on a terminal, else as lines on stderr. */
export async function chooseDisplay(args: Arguments, { stdout, stderr }: Surroundings): Promise<Display> {
  if (args.flag('json')) return jsonDisplay((text) => stdout.write(text))
  const { screen, paint, write } = stderr
  if (screen === undefined) return plainDisplay(write, paint)
  const { drawOn } = await import('../render/drawing.ts')
  const { terminalDisplay } = await import('../render/terminal-display.ts')
  return terminalDisplay({
    ...{ write, paint, marks: marksFor(process.env) },
    draw: (rows) => drawOn(screen, rows),
    columns: () => screen.columns || 80,
    now: () => performance.now(),
    wall: () => Date.now(),
  })
}
