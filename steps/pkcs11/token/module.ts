import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { StepError } from '../../../engine/step/errors.ts'
import type { SlotToken } from './protocol.ts'
import { SharedModule } from './shared-module.ts'

export interface ModuleOptions {
  /** Absolute path of the PKCS#11 library. */
  readonly path: string
  /** Variables that the library reads, such as `SOFTHSM2_CONF`. */
  readonly environment?: Readonly<Record<string, string>>
  /** Folder in which a sandbox says which calls are to fail; absent everywhere else. */
  readonly faults?: string | undefined
}

/** A use of a PKCS#11 module. All uses in one process share one thread and one initialisation. */
export interface Pkcs11Module {
  /** The library's file, links resolved. */
  readonly path: string
  /** Of the library's file, hex. */
  readonly sha256: string
  /** For the other files of this folder. */
  readonly shared: SharedModule
  /** Initialised tokens, in the order of the module's slots. */
  listTokens(): Promise<readonly SlotToken[]>
  /**
   * Initialises the module again, so that tokens made since it was opened show up.
   *
   * @throws {StepError} `in-use` when a token is open
   */
  refresh(): Promise<void>
  /** The last use finalises the module and ends its thread, after the calls that are running. */
  close(): Promise<void>
}

interface Entry {
  readonly starting: Promise<SharedModule>
  stopping?: Promise<void>
}

const key = Symbol.for('runbook.pkcs11.modules')

/** By resolved path; shared by all copies of this library, as a module is initialised once per process. */
function openModules(): Map<string, Entry> {
  const holder = globalThis as { [key]?: Map<string, Entry> }
  return (holder[key] ??= new Map())
}

/**
 * Opens a PKCS#11 module.
 *
 * @throws {StepError} `not-found` (no such file), `invalid` (not absolute, not a PKCS#11 library), `denied` (not
 *   readable), `conflict` (open in this process with other variables)
 */
export async function openModule({ path, environment = {}, faults }: ModuleOptions): Promise<Pkcs11Module> {
  const resolved = await resolveLibrary(path)
  const modules = openModules()
  for (;;) {
    let entry = modules.get(resolved)
    if (entry === undefined) {
      entry = { starting: SharedModule.start(resolved, environment, faults) }
      modules.set(resolved, entry)
      entry.starting.catch(() => modules.delete(resolved))
    }
    const shared = await entry.starting
    await entry.stopping?.catch(() => undefined) // whoever closed it hears of the failure
    if (modules.get(resolved) !== entry) continue
    refuseOtherEnvironment(shared, environment)
    shared.users++
    return use(shared, entry)
  }
}

function use(shared: SharedModule, entry: Entry): Pkcs11Module {
  let open = true
  return {
    path: shared.path,
    sha256: shared.sha256,
    shared,
    listTokens: () => shared.listTokens(),
    refresh: () => shared.refresh(),
    async close() {
      if (!open) return
      open = false
      if (--shared.users > 0) return
      // stays in the map until its end: a module cannot be initialised twice
      entry.stopping = shared.stop().finally(() => openModules().delete(shared.path))
      await entry.stopping
    },
  }
}

async function resolveLibrary(path: string): Promise<string> {
  if (!isAbsolute(path)) {
    throw new StepError('invalid', `PKCS#11 module \`${path}\` is a relative path, wanted an absolute one`)
  }
  let resolved: string
  try {
    resolved = await realpath(path)
  } catch (cause) {
    throw new StepError('not-found', `PKCS#11 module \`${path}\` does not exist`, {
      hint: 'install the client software of the HSM, or name where its PKCS#11 library is',
      cause,
    })
  }
  if (!(await stat(resolved)).isFile()) throw new StepError('invalid', `PKCS#11 module \`${path}\` is not a file`)
  try {
    await access(resolved, constants.R_OK)
  } catch (cause) {
    throw new StepError('denied', `PKCS#11 module \`${path}\` cannot be read`, { cause })
  }
  return resolved
}

function refuseOtherEnvironment(shared: SharedModule, environment: Readonly<Record<string, string>>): void {
  const names = new Set([...Object.keys(shared.environment), ...Object.keys(environment)])
  for (const name of names) {
    const wanted = environment[name]
    const found = shared.environment[name]
    if (wanted === found) continue
    const text = (value: string | undefined): string => (value === undefined ? 'not set' : `\`${value}\``)
    throw new StepError(
      'conflict',
      `module \`${shared.path}\` is open with \`${name}\` ${text(found)}, wanted ${text(wanted)}`,
      { hint: 'use one value in all bindings of this module: a process initialises a module once' },
    )
  }
}
