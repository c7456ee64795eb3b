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
