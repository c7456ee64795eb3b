// @ts-check
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Whether a program can be run by its name.
 *
 * @param {string} program
 * @param {string} path folders, as in `PATH`
 */
export function onPath(program, path) {
  return path.split(delimiter).some((folder) => folder !== '' && executable(join(folder, program)))
}

/** @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
