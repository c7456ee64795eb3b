/** The first ones, and how many more there are: `a`, `b`, `and 198 more`. */
export function cutList(texts: readonly string[], most: number): string[] {
  return texts.length <= most ? [...texts] : [...texts.slice(0, most), `and ${texts.length - most} more`]
}
