import type { RunEvent } from '../../../../engine/run/events.ts'

const key = { id: 'rootKey', number: '1', title: 'Generate the key' }
const sign = { id: 'signRoot', number: '2', title: 'Sign the root' }
export const effectId = '20261122-135012-k7m2q.abcdef'

export const started: RunEvent = {
  type: 'run-started',
  run: '20261122-135012-k7m2q',
  runbook: 'portable-root',
  title: 'Build a root',
  environment: { name: 'lab', kind: 'sandbox' },
  steps: [
    { ...key, uses: 'pkcs11.generate-key-pair', estimateMs: 2000 },
    { ...sign, uses: 'x509.sign', estimateMs: 2000 },
  ],
  resumed: false,
  stateFolder: '/state',
}

export const keyMade: readonly RunEvent[] = [
  { type: 'step-started', step: key, uses: 'pkcs11.generate-key-pair' },
  { type: 'step-applying', step: key, effectId },
  { type: 'step-succeeded', step: key, how: 'made', outputs: {} },
]

export const signBegun: readonly RunEvent[] = [
  { type: 'step-started', step: sign, uses: 'x509.sign' },
  { type: 'step-applying', step: sign, effectId },
]

export const signWaits: RunEvent = {
  type: 'step-waiting',
  step: sign,
  what: 'the CA is CREATING',
  until: '2026-11-22T14:00:00.000Z',
}

export const signAsks: RunEvent = {
  type: 'person-needed',
  request: {
    ...{ kind: 'approval', step: sign, key: 'step/signRoot/approval/0', role: 'key-custodian', count: 2 },
    ...{ text: 'text', digest: 'digest', given: [], expiresMs: 1000, operators: [] },
  },
}

const block = { id: 'users', number: '1', title: 'Each user' }
const user = (key: string): { id: string; number: string; title: string } => ({
  ...{ id: `createUser[${encodeURIComponent(key)}]`, number: '1.1', title: 'Create the user' },
})
const finish = { id: 'finish', number: '2', title: 'Look once more' }

/** A run over items: a `forEach` of one step, then another step. */
export const manyStarted: RunEvent = {
  ...{ type: 'run-started', run: '20261122-135012-k7m2q', runbook: 'many', title: 'Many users' },
  ...{ environment: { name: 'hq', kind: 'test' }, resumed: false, stateFolder: '/state' },
  steps: [
    { ...block, uses: 'forEach', estimateMs: 2000 },
    {
      id: 'createUser',
      number: '1.1',
      title: 'Create the user',
      uses: 'http.request',
      parent: 'users',
      estimateMs: 60_000,
    },
    { ...finish, uses: 'file.write', estimateMs: 30_000 },
  ],
}

/** `user001` … of so many. */
export function keysOf(number: number): readonly string[] {
  return Array.from({ length: number }, (_, at) => `user${String(at + 1).padStart(3, '0')}`)
}

export function itemsKnown(keys: readonly string[]): RunEvent {
  return {
    type: 'items-known',
    step: block,
    items: keys.map((key) => ({ ...block, id: `users[${encodeURIComponent(key)}]` })),
  }
}

export function userBegins(key: string): readonly RunEvent[] {
  return [
    { type: 'step-started', step: user(key), uses: 'http.request' },
    { type: 'step-applying', step: user(key), effectId: `effect-${key}` },
  ]
}

export function userWaits(key: string, until: string): RunEvent {
  return { type: 'step-waiting', step: user(key), what: 'the user is CREATING', until }
}

export function userMade(key: string): RunEvent {
  return { type: 'step-succeeded', step: user(key), how: 'made', outputs: {} }
}
