import { setFlagsFromString } from 'node:v8'

/**
 * Makes V8 interpret a function 30 times as long before it compiles an optimized one. For a command that ends after a tenth
 * of a second: most of what V8 would optimize on its other threads is never called again. A hot loop still gets there.
 */
export function interpretLonger(): void {
  if (process.versions['bun'] === undefined) setFlagsFromString('--interrupt-budget=2000000')
}
