import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { StepError } from '../step/errors.ts'

export interface SpawnedSandbox extends AsyncDisposable {
  readonly environmentPath: string
}

/**
 * Starts `runbook sandbox` in a process of its own, so that it outlives nothing and shares nothing with the engine. It stops when
 * its standard input closes, which the end of this process does, however it comes.
 *
 * @throws {StepError} `device` with what it said on stderr when it does not come up
 */
export async function spawnSandbox(
  program: readonly [string, ...string[]],
  dir: string,
  file: string,
  faults: readonly string[],
  signal: AbortSignal,
): Promise<SpawnedSandbox> {
  const [runtime, ...script] = program
  const faultArguments = faults.flatMap((fault) => ['--fault', fault])
  const child = spawn(runtime, [...script, 'sandbox', '--dir', dir, '--until-stdin-closes', ...faultArguments, file], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // a Ctrl-C is for the engine, which stops the sandbox when it is done with it
  })
  const exited = once(child, 'exit')
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await exited
  }
  const abort = (): void => {
    child.stdin.destroy()
  }
  signal.addEventListener('abort', abort)
  for await (const line of createInterface({ input: child.stdout })) {
    signal.removeEventListener('abort', abort)
    const { environment } = JSON.parse(line) as { readonly environment: string } // printed by our own `sandbox` command
    return { environmentPath: environment, [Symbol.asyncDispose]: stop }
  }
  await exited
  throw new StepError('device', `the sandbox did not come up: ${complaint.trim() || 'it said nothing'}`)
}
