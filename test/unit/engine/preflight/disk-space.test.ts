import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { diskSpace } from '../../../../engine/preflight/disk-space.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-disk-space-'))
const unshare = 'unshare'
/** Mounts a small file system of its own over the folder, where only the command that follows sees it. */
const mounted = ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$1" && shift && exec "$@"', 'sh', folder]
const tried = spawnSync(unshare, [...mounted, 'true'], { encoding: 'utf8' })
const mayMount = tried.status === 0
if (!mayMount) console.log(`skipped: no file system can be mounted here: ${tried.error?.message ?? tried.stderr}`)

afterAll(() => rmSync(folder, { recursive: true }))

describe('disk space', () => {
  it('is told of the folder, or of the one above where it is not made yet', async () => {
    const there = await diskSpace('disk', folder)
    expect(there).toMatchObject({ what: 'disk', verdict: 'good', detail: expect.stringMatching(/ free at `/) })
    expect(await diskSpace('disk', join(folder, 'a', 'b'))).toMatchObject({ detail: expect.stringContaining(folder) })
  })

  it.skipIf(process.getuid?.() === 0)('is of no use in a folder that cannot be written', async () => {
    chmodSync(folder, 0o500)
    expect(await diskSpace('disk', folder)).toMatchObject({ verdict: 'bad' })
    chmodSync(folder, 0o700)
  })

  it.skipIf(!mayMount)('is bad on a small disk', () => {
    const program = join(tmpdir(), `runbook-disk-space-${process.pid}.mjs`)
    const contents = `import { diskSpace } from './engine/preflight/disk-space.ts'
      console.log(JSON.stringify(await diskSpace('disk', process.argv[2])))`
    const resolveDir = new URL('../../../../', import.meta.url).pathname
    const loader = 'ts' as const
    buildSync({
      stdin: { contents, resolveDir, loader },
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
    })
    const { stdout } = spawnSync(unshare, [...mounted, process.execPath, program, folder], { encoding: 'utf8' })
    rmSync(program)
    expect(JSON.parse(stdout)).toEqual({
      ...{ what: 'disk', verdict: 'bad', hint: 'make room there' },
      detail: `1 MiB free at \`${folder}\`, wanted 64 MiB`,
    })
  })
})
