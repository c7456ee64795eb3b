import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultPlan } from '../../../../engine/sandbox/faults.ts'
import type { OpenBinding, OpenContext } from '../../../../engine/step/binding-kind.ts'
import type { Token } from '../../../../engine/step/capabilities.ts'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import type { RunningSimulator, SimulatorWorld } from '../../../../engine/step/simulator.ts'
import { pkcs11TokenBinding } from '../../../../steps/pkcs11/binding.ts'
import { findSoftHsmLibrary } from '../../../../steps/pkcs11/token/softhsm-library.ts'
import { softHsm } from '../../../../steps/pkcs11/simulator/softhsm.ts'
import { asPkcs11Token, type Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'

export const library = findSoftHsmLibrary()
export const never = new AbortController().signal

type Entry = Parameters<typeof pkcs11TokenBinding.open>[0]

/** A sandbox's SoftHSM tokens, made by the simulator and opened by the binding kind. */
export class SandboxTokens {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'runbook-sandbox-')))
  readonly #simulatorFolder = join(this.folder, 'simulators', 'pkcs11-token')
  #simulator: RunningSimulator | undefined
  readonly #open: OpenBinding<Token>[] = []
  /** What its calls are to suffer. */
  readonly faults = new FaultPlan()
  /** Every credential that was asked for. */
  readonly logins: { readonly device: string; readonly user: string; readonly reference: string }[] = []

  async entry(name: string, wanted: JsonObject = {}): Promise<Entry> {
    mkdirSync(this.#simulatorFolder, { recursive: true, mode: 0o700 })
    this.#simulator ??= await softHsm.start(this.world())
    return (await this.#simulator.binding(name, wanted)).entry as Entry
  }

  world(): SimulatorWorld {
    return {
      folder: this.#simulatorFolder,
      tokenFolder: join(this.#simulatorFolder, 'tokens'),
      clock: { now: Date.now, advanceTo: () => undefined },
      ledger: { commit: () => undefined },
      faults: this.faults,
    }
  }

  context(changes: Partial<OpenContext> = {}): OpenContext {
    return {
      name: 'rootToken',
      runId: 'contract-run',
      baseFolder: this.folder,
      sandbox: true,
      signal: never,
      login: (credential, attempt) => {
        this.logins.push(credential)
        const path = credential.reference.replace(/^file:/, '')
        return attempt(new Secret(credential.reference, readFileSync(path, 'utf8').trimEnd()))
      },
      ...changes,
    }
  }

  async bind(entry: Entry, changes: Partial<OpenContext> = {}): Promise<OpenBinding<Token>> {
    const binding = await pkcs11TokenBinding.open(entry, this.context(changes))
    this.#open.push(binding)
    return binding
  }

  /** Made if need be, opened and logged in. */
  async open(name: string, wanted: JsonObject = {}): Promise<Pkcs11Token> {
    return asPkcs11Token((await this.bind(await this.entry(name, wanted))).capability)
  }

  pin(name: string): string {
    return readFileSync(join(this.#simulatorFolder, `${name}.pin`), 'utf8').trimEnd()
  }

  /** A copy of the folder of another one, whose tokens are made already. Only one of them can be open at a time. */
  static copyOf(template: SandboxTokens): SandboxTokens {
    const copy = new SandboxTokens()
    cpSync(template.#simulatorFolder, copy.#simulatorFolder, { recursive: true })
    return copy
  }

  /**
   * Every file of every token, by name and content.
   *
   * @param objectsOnly without SoftHSM's count of changes, which rises when an object comes and goes
   */
  fingerprint(objectsOnly = false): string {
    const tokens = join(this.#simulatorFolder, 'tokens')
    const files = readdirSync(tokens, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !file.name.endsWith('.lock'))
      .filter((file) => !(objectsOnly && file.name === 'generation'))
      .map((file) => join(file.parentPath, file.name))
      .toSorted()
    return files
      .map((path) => `${path.slice(tokens.length)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
      .join('\n')
  }

  /** OpenSC's pkcs11-tool, logged in to the token of a binding, as an independent judge. */
  judge(name: string, ...args: readonly string[]): string {
    const env = { ...process.env, SOFTHSM2_CONF: join(this.#simulatorFolder, 'softhsm2.conf') }
    const place = ['--module', library, '--token-label', name, '--login', '--pin', this.pin(name)]
    return execFileSync('pkcs11-tool', [...place, ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const binding of this.#open.splice(0).reverse()) await binding.close()
    await this.#simulator?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
