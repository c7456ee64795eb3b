import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Output } from '../../engine/cli/output.ts'
import { runCommandLine } from '../../engine/cli/run-command-line.ts'

const corpus = new URL('../journals/', import.meta.url).pathname
const names = readdirSync(corpus, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
const run = '20261201-090000-abcde'

describe.each(names)('the journal %s', (name) => {
  it.each([
    ['verify.txt', ['journal', 'verify']],
    ['status.txt', ['status', run]],
    ['show.txt', ['journal', 'show']],
  ])('reads as its %s says', async (file, words) => {
    const state = mkdtempSync(join(tmpdir(), 'runbook-journals-'))
    try {
      const folder = join(state, 'runs', run)
      mkdirSync(folder, { recursive: true })
      copyFileSync(join(corpus, name, 'journal.jsonl'), join(folder, 'journal.jsonl'))
      const seen = await see([...words, '--state', state])
      await expect(seen.replaceAll(state, 'STATE')).toMatchFileSnapshot(join(corpus, name, file))
      expect(readdirSync(folder)).toEqual(['journal.jsonl'])
      const original = readFileSync(join(corpus, name, 'journal.jsonl'))
      expect(readFileSync(join(folder, 'journal.jsonl')).equals(original)).toBe(true)
    } finally {
      rmSync(state, { recursive: true })
    }
  })
})

async function see(argv: readonly string[]): Promise<string> {
  const texts: string[] = []
  const output: Output = {
    write: (text) => void texts.push(text),
    color: false,
    paint: (text) => text,
    screen: undefined,
    flush: () => Promise.resolve(),
  }
  const none = () => Promise.resolve([])
  const exit = await runCommandLine(argv, {
    stdout: output,
    stderr: output,
    families: none,
    described: none,
    words: ['runbook', ...argv],
    program: ['node', 'runbook'],
    toolVersion: '0.0.0',
  })
  return `${texts.join('')}exit ${exit}\n`
}
