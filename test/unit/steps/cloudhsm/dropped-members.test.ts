import { expect, it } from 'vitest'
import { withDropped } from '../../../../steps/cloudhsm/dropped-members.ts'

it('puts back what the client left out, at any depth, and leaves what it made of the rest', () => {
  const created = new Date(1_502_423_370_069)
  const answer = {
    $metadata: { requestId: 'r' },
    Clusters: [{ ClusterId: 'a', CreateTimestamp: created }, { ClusterId: 'b' }],
  }
  const wire = {
    Clusters: [
      { ClusterId: 'a', CreateTimestamp: 1_502_423_370.069, Mode: 'FIPS' },
      { ClusterId: 'b', HsmTypeRollbackExpiration: 1_502_423_371 },
    ],
  }
  expect(withDropped(answer, wire)).toEqual({
    $metadata: { requestId: 'r' },
    Clusters: [
      { ClusterId: 'a', CreateTimestamp: created, Mode: 'FIPS' },
      { ClusterId: 'b', HsmTypeRollbackExpiration: 1_502_423_371 },
    ],
  })
})
