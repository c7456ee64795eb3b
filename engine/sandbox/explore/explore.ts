import { exploreCrashes } from './explore-crashes.ts'
import { exploreFaults } from './explore-faults.ts'

/** Explorations by the option that asks for them. */
export const explorations = { 'crash-everywhere': exploreCrashes, 'fault-everywhere': exploreFaults } as const

export { isClean } from './exploration.ts'
