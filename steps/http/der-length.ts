/** Holds for bytes that are one DER SEQUENCE from the first to the last, which no web page is (X.690 section 8.1.3). */
export function isWholeDer(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes
  if (tag !== 0x30) return false
  if (first < 0x80) return bytes.length === 2 + first
  const octets = first & 0x7f
  if (octets === 0 || octets > 4) return false
  const length = bytes.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0)
  return bytes.length === 2 + octets + length
}
