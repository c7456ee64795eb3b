import { StepError } from '../../engine/step/errors.ts'
import type { Condition, HttpSite, Published } from './http-site.ts'
import { sha256Of } from './sha256-of.ts'

export interface Place {
  readonly site: HttpSite
  readonly path: string
  readonly signal: AbortSignal
}

export interface Content {
  readonly bytes: Uint8Array
  readonly contentType: string
}

/** Stores where nothing was. @throws {StepError} `conflict` when another content appeared there meanwhile */
export async function storeFirst(place: Place, content: Content): Promise<void> {
  const there = await look(place)
  if (there === undefined) return put(place, content, { kind: 'absent' })
  if (sha256Of(there.bytes) !== sha256Of(content.bytes)) throw changed(place)
}

/**
 * Replaces the content that was seen there, and no other.
 *
 * @param keep stores a copy of what is replaced, before it is
 */
export async function storeInPlace(
  place: Place,
  content: Content,
  seenSha256: string,
  keep: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const there = await look(place)
  if (there === undefined) throw changed(place)
  const found = sha256Of(there.bytes)
  if (found === sha256Of(content.bytes)) return
  if (found !== seenSha256) throw changed(place)
  await keep(there.bytes)
  await put(place, content, { kind: 'unchanged', since: there })
}

/** Removes what was published, as long as it is that; a missing one is success. */
export async function dropPublished(place: Place, ourSha256: string): Promise<void> {
  const there = await look(place)
  if (there === undefined) return
  if (sha256Of(there.bytes) !== ourSha256) throw changed(place)
  await place.site.remove(place.path, place.signal, { kind: 'unchanged', since: there })
}

/** Brings back what was replaced, as long as what replaced it is there. */
export async function putBack(place: Place, content: Content, ourSha256: string): Promise<void> {
  const there = await look(place)
  const found = there === undefined ? undefined : sha256Of(there.bytes)
  if (there === undefined || (found !== ourSha256 && found !== sha256Of(content.bytes))) throw changed(place)
  if (found === ourSha256) await put(place, content, { kind: 'unchanged', since: there })
}

function look({ site, path, signal }: Place): Promise<Published | undefined> {
  return site.look(path, signal)
}

function put({ site, path, signal }: Place, { bytes, contentType }: Content, condition: Condition): Promise<void> {
  return site.put(path, bytes, contentType, signal, condition)
}

function changed({ site, path }: Place): StepError {
  return new StepError('conflict', `somebody else changed \`${path}\` on the site \`${site.baseUrl}\` meanwhile`, {
    hint: 'look at what is there, then resume',
  })
}
