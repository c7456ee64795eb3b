import type { Display } from '../render/display.ts'
import { jsonDisplay } from '../render/json-display.ts'
import { plainDisplay } from '../render/plain-display.ts'
import type { Surroundings } from './command.ts'
import type { Arguments } from './parse-arguments.ts'

/** How a run is shown: events on stdout with `--json`, drawn on a terminal, else as lines on stderr. */
export async function chooseDisplay(args: Arguments, { stdout, stderr }: Surroundings): Promise<Display> {
  if (args.flag('json')) return jsonDisplay((text) => stdout.write(text))
  const { screen, paint, write } = stderr
  if (screen === undefined) return plainDisplay(write, paint)
  const { draw } = await import('../render/drawing.ts')
  const { terminalDisplay } = await import('../render/terminal-display.ts')
  return terminalDisplay({ write, paint, draw: (titles) => draw(titles, screen), now: () => performance.now() })
}
