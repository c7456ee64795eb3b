import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { OpenContext } from '../../../../engine/step/binding-kind.ts'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import type {
  FaultName,
  RunningSimulator,
  Simulator,
  SimulatorWorld,
  WorldFaultName,
} from '../../../../engine/step/simulator.ts'
import { awsBinding } from '../../../../steps/aws/binding.ts'

export interface LedgerLine {
  readonly service: string
  readonly operation: string
  readonly resource: string
  readonly id?: string
}

/** A sandbox's world in memory: a clock that only moves when told, a ledger, and faults on demand. */
export class TestWorld implements SimulatorWorld {
  readonly folder: string
  readonly tokenFolder: string
  readonly lines: LedgerLine[] = []
  /** Every request that reached a service, as `service:operation`. */
  readonly requests: string[] = []
  readonly #faults: { readonly of: string; readonly fault: FaultName | WorldFaultName }[] = []
  #now = 1_800_000_000_000

  constructor(folder = mkdtempSync(join(tmpdir(), 'runbook-aws-'))) {
    this.folder = folder
    this.tokenFolder = join(folder, 'tokens')
    mkdirSync(this.tokenFolder, { recursive: true, mode: 0o700 })
  }

  readonly clock = {
    now: () => this.#now,
    advanceTo: (at: number) => {
      this.#now = Math.max(this.#now, at)
    },
  }

  readonly ledger = {
    commit: (line: LedgerLine) => {
      if (line.id === undefined || this.lines.every(({ id }) => id !== line.id)) this.lines.push(line)
    },
  }

  readonly faults = {
    take: (service: string, operation: string) => {
      const of = `${service}:${operation}`
      this.requests.push(of)
      const index = this.#faults.findIndex((each) => each.of === of)
      return index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault
    },
  }

  /** The next request of this operation meets the fault. */
  plan(of: string, fault: FaultName | WorldFaultName): void {
    this.#faults.push({ of, fault })
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    this.#now += milliseconds
  }

  /** What the ledger says was done, in order. */
  get effects(): string[] {
    return this.lines.map(({ operation }) => operation)
  }
}

export interface Sandbox {
  readonly world: TestWorld
  readonly running: RunningSimulator
  readonly entry: JsonObject
  readonly facts: JsonObject
  readonly endpoint: string
  readonly crlCname: string
}

/** Starts a simulator that stops when the test ends. */
export async function startSandbox(
  simulator: Simulator,
  wanted: JsonObject = {},
  world = new TestWorld(),
): Promise<Sandbox> {
  const running = await simulator.start(world)
  onTestFinished(() => running.stop())
  const { entry, facts } = await running.binding('aws', wanted)
  const { endpoint } = entry
  const { crlCname } = facts
  if (typeof endpoint !== 'string' || typeof crlCname !== 'string') throw new Error('the sandbox has no address')
  return { world, running, entry, facts, endpoint, crlCname }
}

/** What an `aws` binding is opened with; logins are granted. */
export function openContext(changed: Partial<OpenContext> = {}): OpenContext {
  return {
    name: 'aws',
    runId: 'k3x9',
    baseFolder: '/',
    sandbox: true,
    signal: new AbortController().signal,
    login: ({ reference }, attempt) =>
      attempt(new Secret(reference, readFileSync(reference.slice('file:'.length), 'utf8'))),
    ...changed,
  }
}

/** Opens the sandbox's binding with the real binding kind. */
export async function openAws(entry: JsonObject): Promise<Aws> {
  // The simulator's entry is valid against the schema: a test compares them.
  const { capability } = await awsBinding.open(entry as Parameters<typeof awsBinding.open>[0], openContext())
  return capability
}
