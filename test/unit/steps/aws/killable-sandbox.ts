import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { JsonObject } from '../../../../engine/step/json.ts'

/** A sandbox in a process of its own. */
export interface KillableSandbox {
  readonly child: ChildProcess
  readonly entry: JsonObject
}

/** Makes a program of `sandbox-process.ts`. @returns its path */
export async function sandboxProgram(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-program-'))
  const root = join(import.meta.dirname, '../../../..')
  const worker = (name: string) => join(root, 'steps/pkcs11/token', `${name}.mjs`)
  await build({
    // the process that the simulated HSMs keep their keys in is started from beside the program
    entryPoints: [join(import.meta.dirname, 'sandbox-process.ts'), worker('worker-process'), worker('worker')],
    entryNames: '[name]',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pkcs11js'], // native code
    logLevel: 'error',
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'sandbox-process.mjs')
}

/** Starts it; whoever does ends it. @param crash where power is lost, in the program's words */
export async function startKillable(program: string, folder: string, crash = 'never'): Promise<KillableSandbox> {
  // Node: Bun lets nobody watch the functions of node:fs
  const child = spawn('node', [program, folder, crash], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, entry: JSON.parse(String(line)) as JsonObject } // written by the program alone
}

export async function killed({ child }: Pick<KillableSandbox, 'child'>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = once(child, 'exit')
  child.kill('SIGKILL')
  await end
}

/** Ends it. @returns how many times files or folders were copied, moved or removed */
export async function ended({ child }: Pick<KillableSandbox, 'child'>): Promise<number> {
  if (child.stdout === null) throw new Error('the sandbox has no output')
  const end = once(child.stdout, 'data') as Promise<[Buffer]>
  child.kill('SIGTERM')
  const [line] = await end
  return Number(String(line))
}

/** The operations that the ledger of a sandbox has a line for, in order. */
export function operationsIn(folder: string): string[] {
  const path = join(folder, 'ledger.jsonl')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  // Written by the program alone.
  return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { operation: string }).operation)
}
