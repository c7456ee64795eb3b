import { access } from 'node:fs/promises'

/** Whether something of that name can be reached. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
