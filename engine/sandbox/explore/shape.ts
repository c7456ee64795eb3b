/**
 * A text without what differs from run to run: keys, signatures, serial numbers, ids, times. Two runs that did the same leave files
 * of one shape.
 */
export function shapeOf(text: string): string {
  return text
    .replaceAll(/-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g, '($1)')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, '(time)')
    .replaceAll(/[A-Za-z0-9+/=_-]{15,}/g, '(id)')
    .replaceAll(/\d+/g, '#')
}

/**
 * The name of a file without ids in it: readable, and the same for two runs. The random part of an id of CloudHSM is eleven
 * characters of base32, behind a hyphen, and need not hold a digit.
 */
export function shapeOfName(name: string): string {
  return name
    .replaceAll(/-[a-z2-7]{11}(?![A-Za-z0-9_-])/g, '-(id)')
    .replaceAll(/(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}/g, '(id)')
    .replaceAll(/\d+/g, '#')
}
