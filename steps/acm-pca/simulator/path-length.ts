import type { Certificate } from '../../x509/model/certificate.ts'

/**
 * How many more CAs may follow below a CA: the strictest of its own path length and those above it.
 *
 * @param path the CA's own certificate first, the root last
 */
export function remainingPathLength(path: readonly Certificate[]): number {
  return path.reduce((least, { decoded }, above) => {
    const own = decoded.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY
    return Math.min(least, own - above)
  }, Number.POSITIVE_INFINITY)
}
