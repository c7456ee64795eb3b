import type { RunningService, ServedObject } from './service.ts'

/** Finds what a GET asks for: the place where S3 and a CNAME would be. */
export function findObject(services: Iterable<RunningService>, target: string): ServedObject | undefined {
  const [path = '/'] = target.split('?')
  for (const service of services) {
    const found = service.object?.(path)
    if (found !== undefined) return found
  }
  return undefined
}
