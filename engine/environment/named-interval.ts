/** ``window `Change 4711` ``, or `the window` where it has no title. */
export function named(kind: 'window' | 'freeze', interval: { readonly title: string | undefined } | undefined): string {
  return interval?.title === undefined ? `the ${kind}` : `${kind} \`${interval.title}\``
}
