import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The built command line, run by whichever runtime runs the tests. */
export const cli = new URL('../../dist/bin/runbook.js', import.meta.url).pathname

export const portableRoot = new URL('../../runbooks/portable-root.yaml', import.meta.url).pathname

export interface Sandbox extends AsyncDisposable {
  readonly dir: string
  readonly environment: string
  readonly process: ChildProcess
}

/** Starts `runbook sandbox` as an operator does in another terminal, and waits for its line. */
export async function startSandbox(
  dir: string,
  files: readonly string[],
  faults: readonly string[] = [],
): Promise<Sandbox> {
  const options = faults.flatMap((fault) => ['--fault', fault])
  const child = spawn(process.execPath, [cli, 'sandbox', '--dir', dir, ...options, ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a session of its own has no terminal
  })
  const exited = once(child, 'exit')
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = JSON.parse(line) as { readonly dir: string; readonly environment: string }
    return {
      ...ready,
      process: child,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM')
        await exited
      },
    }
  }
  throw new Error(`the sandbox did not come up: ${complaint}`)
}

/** `service.operation` of every effect that the simulators committed, with how often. */
export function ledgerCounts(dir: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of readFileSync(join(dir, 'ledger.jsonl'), 'utf8').trim().split('\n')) {
    const { service, operation } = JSON.parse(line) as { readonly service: string; readonly operation: string }
    counts[`${service}.${operation}`] = (counts[`${service}.${operation}`] ?? 0) + 1
  }
  return counts
}

/** How many objects of each class OpenSC's pkcs11-tool sees in a token of a sandbox. */
export function tokenObjects(dir: string, binding: string): Record<string, number> {
  const folder = join(dir, 'simulators', 'pkcs11-token')
  const environment = readFileSync(join(dir, 'environment.yaml'), 'utf8')
  const pin = readFileSync(pinFileOf(dir, binding), 'utf8').trim()
  const [entry = ''] = new RegExp(`^  ${binding}:\\n(    .*\\n)+`, 'm').exec(environment) ?? []
  const label = /uri: pkcs11:token=([^;\s]+)/.exec(entry)?.[1] ?? ''
  const module = /module: (\S+)/.exec(entry)?.[1] ?? ''
  const output = execFileSync(
    'pkcs11-tool',
    ['--module', module, '--token-label', label, '--login', '--pin', pin, '--list-objects'],
    {
      encoding: 'utf8',
      env: { ...process.env, SOFTHSM2_CONF: join(folder, 'softhsm2.conf') },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const counts: Record<string, number> = {}
  for (const [, kind = ''] of output.matchAll(/^(\w+ Key) Object/gm)) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** The file that a binding of a sandbox has its PIN from. */
export function pinFileOf(dir: string, binding: string): string {
  const environment = readFileSync(join(dir, 'environment.yaml'), 'utf8')
  const [entry = ''] = new RegExp(`^  ${binding}:\\n(    .*\\n)+`, 'm').exec(environment) ?? []
  return /pin: file:(\S+)/.exec(entry)?.[1] ?? ''
}

/** The journals of all runs in a state folder, as key and value. */
export function journals(state: string): readonly (readonly { readonly key: string; readonly value: unknown }[])[] {
  return readdirSync(join(state, 'runs')).map((run) =>
    readFileSync(join(state, 'runs', run, 'journal.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly key: string; readonly value: unknown }),
  )
}
