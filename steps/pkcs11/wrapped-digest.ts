import type { Artifacts } from '../../engine/step/context.ts'

/** What is known of a wrapped key, which is key material and kept nowhere itself. */
export interface WrappedDigest {
  /** SHA-256, hex. */
  readonly wrappedSha256: string
  /** Hash of RSA-OAEP. */
  readonly oaepHash: string
}

/**
 * Keeps the digest of a wrapped key before it is unwrapped, so that it is still known when the answer is lost. Each wrapping gives other
 * bytes: the last one kept is that of the copy that is there.
 */
export async function keepWrappedDigest(artifacts: Artifacts, effectId: string, digest: WrappedDigest): Promise<void> {
  const { next } = await readAll(artifacts, effectId)
  const { wrappedSha256, oaepHash } = digest
  await artifacts.create(nameOf(effectId, next), Buffer.from(`${JSON.stringify({ wrappedSha256, oaepHash })}\n`))
}

/** The digest that was kept last; `undefined`: none was. */
export async function keptWrappedDigest(
  artifacts: Pick<Artifacts, 'read'>,
  effectId: string,
): Promise<WrappedDigest | undefined> {
  return (await readAll(artifacts, effectId)).last
}

async function readAll(artifacts: Pick<Artifacts, 'read'>, effectId: string) {
  let last: WrappedDigest | undefined
  for (let next = 0; ; next += 1) {
    const bytes = await artifacts.read(nameOf(effectId, next))
    if (bytes === undefined) return { last, next }
    last = JSON.parse(Buffer.from(bytes).toString('utf8')) as WrappedDigest // written above alone
  }
}

function nameOf(effectId: string, n: number): string {
  return `${effectId}.wrapped-${n}.json`
}
