/**
 * Puts the members that a client left out of its answer back into it.
 *
 * The client keeps what its own, older model knows. What it keeps is left as it made it (dates are dates); what it dropped is as
 * the wire has it, at any depth of objects and lists.
 *
 * @param answer changed in place
 * @param wire the JSON that the service sent
 */
export function withDropped<R extends object>(answer: R, wire: unknown): R {
  fill(answer, wire)
  return answer
}

function fill(kept: unknown, wire: unknown): void {
  if (Array.isArray(kept) && Array.isArray(wire)) for (const [index, each] of kept.entries()) fill(each, wire[index])
  else if (isObject(kept) && isObject(wire))
    for (const [key, value] of Object.entries(wire))
      if (kept[key] === undefined) kept[key] = value
      else fill(kept[key], value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
