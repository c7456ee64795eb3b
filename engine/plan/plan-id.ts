import { createHash } from 'node:crypto'
import type { Plan } from './plan.ts'

/** The id of a plan: it stands for the whole content, which a plan file keeps in its order. */
export function planId(plan: Omit<Plan, 'id'>): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16)
}
