import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/*
 * Part of the bundle only: stack traces name sources (`engine/run/kernel.ts:41:9`), not chunks. Node's own
 * `--enable-source-maps` would read every map at start; this reads one when a stack is first looked at.
 */

const maps = new Map<string, SourceMap | undefined>()

Error.prepareStackTrace = (error, frames) =>
  [headline(error), ...frames.map((frame) => `    at ${withSource(frame)}`)].join('\n')

function headline(error: Error): string {
  try {
    return String(error)
  } catch {
    return 'Error' // a toString that throws must not hide the stack
  }
}

function withSource(frame: NodeJS.CallSite): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- frames have V8's own form, though the types don't say it
  const shown = String(frame)
  const file = frame.getFileName()
  const line = frame.getLineNumber()
  const column = frame.getColumnNumber()
  if (file == null || line === null || column === null) return shown
  const entry = mapOf(file)?.findEntry(line - 1, column - 1)
  if (entry === undefined || !('originalSource' in entry)) return shown
  const source = `${sourceName(file, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  return shown.replace(`${file}:${line}:${column}`, source)
}

/** The map beside a file of this bundle; `undefined` for any other file. */
function mapOf(file: string): SourceMap | undefined {
  if (maps.has(file)) return maps.get(file)
  let map: SourceMap | undefined
  try {
    const url = urlOf(file).href
    if (url.startsWith(new URL('.', import.meta.url).href)) map = readMap(new URL(`${url}.map`))
  } catch {
    // no map, no better position
  }
  maps.set(file, map)
  return map
}

function readMap(url: URL): SourceMap {
  // esbuild wrote it
  return new SourceMap(JSON.parse(readFileSync(url, 'utf8')) as SourceMapPayload)
}

/** From the checkout or the package down: `engine/run/kernel.ts`. */
function sourceName(file: string, source: string): string {
  const top = fileURLToPath(new URL('../../', import.meta.url))
  return relative(top, fileURLToPath(new URL(source, urlOf(file))))
}

/** Node names a module by its URL, Bun by its path. */
function urlOf(file: string): URL {
  return file.startsWith('file:') ? new URL(file) : pathToFileURL(file)
}
