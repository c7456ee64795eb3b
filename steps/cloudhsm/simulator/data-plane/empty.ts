import type { DataPlane } from '../data-plane-state.ts'

/** What is in the HSMs of a new cluster: one user, who waits for a password. */
export function emptyDataPlane(): DataPlane {
  return {
    users: [{ name: 'admin', role: 'unactivated-admin', passwordHash: '', salt: '', failures: 0, createdAt: 0 }],
    quorum: {},
    keys: [],
  }
}
