import { defaultStatePath, openStateFolder, type StateFolder } from '../run/state-folder.ts'
import type { Arguments } from './parse-arguments.ts'

/** Where runs are kept: `--state`, else the default. */
export function statePath(args: Arguments): string {
  return args.value('state') ?? defaultStatePath()
}

/** @throws {StateFolderError} */
export function openState(args: Arguments): Promise<StateFolder> {
  return openStateFolder(statePath(args))
}

/** `--state DIR` for a command that goes on, where it was given to this one. */
export function stateWords(args: Arguments): readonly string[] {
  const given = args.value('state')
  return given === undefined ? [] : ['--state', given]
}
