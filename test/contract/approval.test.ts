import { decide } from '../../steps/approval/decide.ts'
import { stepContract } from './step-contract.ts'

stepContract(
  decide,
  () =>
    Promise.resolve({
      inputs: { decision: 'the seals are intact', value: 2, reason: 'seen by both' },
      fingerprint: () => Promise.resolve('nothing in the world'),
      close: () => Promise.resolve(),
    }),
  { seenByOthers: false },
)
