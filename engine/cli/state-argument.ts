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

/** `--state DIR` for a command that goes on, where this one did not work in the default folder. */
export function stateWords(args: Arguments): readonly string[] {
  const { RUNBOOK_STATE: _named, ...elsewhere } = process.env
  const given =
    args.value('state') ?? (defaultStatePath() === defaultStatePath(elsewhere) ? undefined : defaultStatePath())
  return given === undefined ? [] : ['--state', given]
}

/** `--env FILE` for a command that goes on, where it was given to this one. */
export function envWords(args: Arguments): readonly string[] {
  const given = args.value('env')
  return given === undefined ? [] : ['--env', given]
}
