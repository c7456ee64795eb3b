/** The name of the private copy of a script: without what a module's URL would have to encode, which runtimes read differently. */
export function copyNameOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '-')
}
