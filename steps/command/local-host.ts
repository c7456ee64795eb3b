import { open, readFile, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { syncFolder } from '../../engine/step/durable-file.ts'
import { StepError } from '../../engine/step/errors.ts'
import { effectVariable, runningPrograms } from '../../engine/step/programs.ts'
import { runProgram, type ProgramPlace } from '../../engine/step/run-program.ts'
import { systemError } from '../../engine/step/system-error.ts'
import type { TracingHost } from './tracing-host.ts'

/** This machine. Programs start in `folder`, from which relative paths count. */
export function localHost(
  name: string,
  { folder, environment }: Pick<ProgramPlace, 'folder' | 'environment'>,
): TracingHost {
  return {
    name,
    exec: (argv, { signal, effectId }) => {
      const marked = effectId === undefined ? environment : { ...environment, [effectVariable]: effectId }
      return runProgram(argv, { folder, environment: marked, signal })
    },
    running: runningPrograms,
    get: (path, signal) => get(resolve(folder, path), signal),
    put: (path, bytes, signal) => put(resolve(folder, path), bytes, signal),
  }
}

async function get(path: string, signal: AbortSignal): Promise<Uint8Array> {
  stopWhenCancelled(path, signal)
  try {
    return await readFile(path)
  } catch (error) {
    throw systemError(error, `\`${path}\` could not be read`)
  }
}

/** Replaces in one piece: whenever power is lost, the old or the new content is there. */
async function put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  stopWhenCancelled(path, signal)
  const fresh = `${path}.new-${process.pid}`
  try {
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw systemError(error, `\`${path}\` could not be written`)
  }
}

function stopWhenCancelled(path: string, signal: AbortSignal): void {
  if (signal.aborted) throw new StepError('cancelled', `stopped on request before \`${path}\` was touched`)
}
