import { access, constants, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Finding } from '../step/preflight.ts'

/** Journals and artifacts of a run take less than a hundredth of it. */
const leastBytes = 64 * 1024 * 1024
const leastFiles = 1_000

/** Whether a run has room to write in a folder; in the folder above where it is not made yet. */
export async function diskSpace(what: string, folder: string): Promise<Finding> {
  try {
    const { bsize, bavail, files, ffree } = await statfs(folder)
    const free = `${size(bavail * bsize)} free at \`${folder}\``
    if (bavail * bsize < leastBytes)
      return { what, verdict: 'bad', detail: `${free}, wanted ${size(leastBytes)}`, hint: 'make room there' }
    // some file systems do not count files
    if (files > 0 && ffree < leastFiles)
      return { what, verdict: 'bad', detail: `room for ${ffree} more files at \`${folder}\``, hint: 'remove files' }
    await access(folder, constants.W_OK | constants.X_OK)
    return { what, verdict: 'good', detail: free }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'ENOENT' && dirname(folder) !== folder) return diskSpace(what, dirname(folder))
    if (code === 'EACCES' || code === 'EROFS')
      return {
        what,
        verdict: 'bad',
        detail: `\`${folder}\` cannot be written (\`${code}\`)`,
        hint: 'mend its permissions',
      }
    return { what, verdict: 'unknown', detail: `\`${folder}\` does not tell (\`${code}\`)` }
  }
}

/** Whole units, rounded down. */
function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const at = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  return `${Math.floor(bytes / 1024 ** at)} ${units[at] ?? ''}`
}
