/** The error that came first, where closing things behind it failed as well. */
export function firstError(error: unknown): unknown {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error
    ? firstError(error.suppressed)
    : error
}
