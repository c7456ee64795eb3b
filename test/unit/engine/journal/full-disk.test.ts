import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildSync } from 'esbuild'

const unshare = 'unshare'
/** Mounts a small file system of its own over the folder, where only the command that follows sees it. */
const mounted = ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"', 'sh']

const folder = mkdtempSync(join(tmpdir(), 'runbook-full-disk-'))
const tried = spawnSync(unshare, [...mounted, folder, 'true'], { encoding: 'utf8' })
const mayMount = tried.status === 0
const reason = tried.error?.message ?? tried.stderr.trim()
rmSync(folder, { recursive: true })
if (!mayMount) console.log(`skipped: no file system can be mounted here: ${reason}`)

interface Seen {
  readonly full: object
  readonly again: object
  readonly opened: object
  readonly begun: object
  readonly acknowledged: readonly string[]
  readonly found: readonly string[]
  readonly last: readonly string[]
}

describe.skipIf(!mayMount)('a journal on a real disk that is full', () => {
  let seen: Seen

  beforeAll(() => {
    const at = mkdtempSync(join(tmpdir(), 'runbook-full-disk-'))
    const worker = new URL('full-disk-worker.ts', import.meta.url).pathname
    const program = join(at, 'worker.mjs')
    try {
      buildSync({
        entryPoints: [worker],
        outfile: program,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
      })
      const disk = mkdtempSync(join(at, 'disk-'))
      const output = execFileSync(unshare, [...mounted, disk, process.execPath, program, disk], { encoding: 'utf8' })
      seen = JSON.parse(output) as Seen // of the worker
    } finally {
      rmSync(at, { recursive: true })
    }
  })

  const refused = {
    code: 'write-failed',
    message: expect.stringMatching(/journal `.*jsonl` cannot be .*: the disk is full \(`ENOSPC`\)$/),
    hint: expect.stringContaining('make room'),
  }

  it('stops with clear words, and appends nothing more', () => {
    expect(seen.full).toMatchObject(refused)
    expect(seen.again).toEqual(seen.full)
    expect(seen.acknowledged.length).toBeGreaterThan(5)
  })

  it('neither begins nor goes on with another one as long as it is full', () => {
    expect(seen.begun).toMatchObject(refused)
    expect([{ worked: true }, expect.objectContaining(refused)]).toContainEqual(seen.opened)
  })

  it('goes on with all that was acknowledged, once there is room', () => {
    expect(seen.found.slice(0, seen.acknowledged.length)).toEqual(seen.acknowledged)
    expect(seen.last).toEqual([...seen.found, 'after'])
  })
})
