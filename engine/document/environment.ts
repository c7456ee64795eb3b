import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import type { MapNode } from '../expressions/node.ts'
import type { BindingKind } from '../step/binding-kind.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { SecretSource } from '../step/secret-source.ts'
import type { AllowedSigner } from './allowed-signers.ts'
import type { DeclaredWindows } from './declared-interval.ts'

/** The bindings of one site, reviewed like a runbook. */
export interface Environment extends DeclaredWindows {
  readonly source: SourceFile
  readonly name: string
  readonly kind: 'sandbox' | 'test' | 'production'
  readonly bindings: ReadonlyMap<string, BoundTarget>
  /** Where its secret references may lead, by scheme; beside them there are `env:`, `file:` and `prompt`. */
  readonly secretSources: ReadonlyMap<string, SecretSource>
  /** The key `bindings`, marked when one is missing. */
  readonly bindingsSpan: Span
  /** Who may approve, by role: names of principals. */
  readonly approvers: ReadonlyMap<string, readonly string[]>
  /** The key `approvers`, marked when some are missing. */
  readonly approversSpan: Span
  /** Where each approver's name stands, by role. */
  readonly approverSpans: ReadonlyMap<string, ReadonlyMap<string, Span>>
  /** Who the operators are: principals by name of the operating system's user. {@link principalOf} reads it. */
  readonly operators: ReadonlyMap<string, string>
  /** The keys of approvers. Without it no approval can be signed. */
  readonly allowedSigners: AllowedSignersFile | undefined
  /** Absolute path of a file with keys that count no more: a KRL, or public keys line by line. */
  readonly revokedKeys: string | undefined
  /** Who approves what a run does outside of its rules: `resolve`, overrides. */
  readonly exceptions: ExceptionRule
  /** Inputs by runbook name; what `--input` gives goes before. */
  readonly inputs: ReadonlyMap<string, JsonObject>
  /** The same with their places, for messages. */
  readonly inputNodes: ReadonlyMap<string, MapNode>
  /** In a sandbox: what is typed where a person does something, by runbook name, then by id of the entry. */
  readonly answers: ReadonlyMap<string, JsonObject>
  /** Where the sandbox that made this environment answers. Only in `kind: sandbox`. */
  readonly sandbox: SandboxReference | undefined
}

export interface BoundTarget {
  readonly kind: BindingKind
  /** The entry without `kind`, valid against `kind.config`. */
  readonly config: JsonObject
  readonly span: Span
  /** Bindings that its secrets come through, and that are opened before it. No circles. */
  readonly needs: readonly string[]
}

/** An `allowed_signers` file of OpenSSH, as it was when the environment was read. */
export interface AllowedSignersFile {
  /** Absolute. */
  readonly path: string
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string
  readonly signers: readonly AllowedSigner[]
}

export interface ExceptionRule {
  readonly role: string
  /** `undefined`: as many as the step's own approval takes. */
  readonly count: number | undefined
}

/** Who a user of the operating system is among the principals: the one named under `operators`, else one of its own name. */
export function principalOf({ operators }: Pick<Environment, 'operators'>, user: string): string {
  return operators.get(user) ?? user
}

export interface SandboxReference {
  /** Loopback URL of the sandbox's control service. */
  readonly control: string
  /** Proves to the sandbox that the caller read this file. Worth nothing elsewhere. */
  readonly token: string
}

/** Given values of a runbook's inputs, checked against their declarations. */
export type InputValues = Readonly<Record<string, Json>>
