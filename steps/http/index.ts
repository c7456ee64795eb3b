import type { Family } from '../../engine/step/family.ts'
import { httpSiteBinding } from './binding.ts'
import { fetch } from './fetch.ts'
import { publish } from './publish.ts'
import { reachable } from './reachable.ts'

/** Certificates, CRLs and texts on web servers. */
export const http: Family = {
  name: 'http',
  summary: 'Publishing on and fetching from web servers',
  stepTypes: [publish, fetch],
  bindingKinds: [httpSiteBinding],
  preflight: [reachable],
  simulators: [async () => (await import('./simulator/http-simulator.ts')).httpSimulator],
}
