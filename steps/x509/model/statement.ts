import { invalid } from './invalid.ts'

/** What a statement of possession says. */
export interface ProofFields {
  readonly runId: string
  /** What the proof is for, such as `backup copy signs`. */
  readonly purpose: string
  /** SHA-256 of the public key, lower-case hex. */
  readonly spkiSha256: string
}

/** Every statement begins with this, and nothing that X.509 signs does: that begins with a SEQUENCE, octet 0x30. */
const proofPrefix = 'runbook proof of possession\n'

/**
 * Makes the bytes that a key signs to prove that it is there. They can never be taken for a certificate, a CRL or a
 * request: see {@link proofPrefix}.
 *
 * @throws {StepError} `invalid` when a field is empty, not printable ASCII, or the digest is no SHA-256
 */
export function proofStatement({ runId, purpose, spkiSha256 }: ProofFields): Uint8Array {
  for (const [name, value] of Object.entries({ runId, purpose }))
    if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value))
      throw invalid(`${name} of a proof statement is not one line of ASCII: \`${JSON.stringify(value).slice(1, -1)}\``)
  if (!/^[0-9a-f]{64}$/.test(spkiSha256)) throw invalid(`\`${spkiSha256}\` is not a SHA-256 in lower-case hex`)
  return new TextEncoder().encode(`${proofPrefix}run: ${runId}\npurpose: ${purpose}\nspki-sha256: ${spkiSha256}\n`)
}
