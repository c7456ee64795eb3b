import type { Secret } from './secret.ts'

/** Keeps secrets that a step makes, under writable secret references. Belongs to one effect. */
export interface SecretStore {
  /**
   * The secret that this effect keeps at the reference: what an earlier attempt stored there, else a new one, stored durably and
   * read back before this returns. Only then may the step send what uses it.
   *
   * So there is never a second one, whenever power is lost, and nothing is ever overwritten.
   *
   * @param make called when nothing is stored there yet; at most once a call
   * @throws {StepError} `conflict` when something else is there, `invalid` when the reference cannot be written (`env:`, `prompt`)
   */
  create(reference: string, make: () => string | Promise<string>): Promise<Secret>
}
