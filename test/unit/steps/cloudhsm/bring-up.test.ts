import { expect, it } from 'vitest'
import { clusterOf, createdCluster, makeAnchor, pem, signedFor, startHsm } from './hsm.ts'

it('comes from nothing to INITIALIZED because somebody looks', async () => {
  const hsm = await startHsm()
  const { client } = hsm
  const id = await createdCluster(hsm)
  await client.createHsm({ ClusterId: id, AvailabilityZone: 'us-east-1a' })
  expect((await clusterOf(hsm, id))?.Certificates).toEqual({})
  const csr = String((await clusterOf(hsm, id))?.Certificates?.ClusterCsr)
  const anchor = makeAnchor()
  await client.initializeCluster({
    ClusterId: id,
    SignedCert: pem(signedFor(csr, anchor)),
    TrustAnchor: pem(anchor.certificate),
  })
  expect((await clusterOf(hsm, id))?.State).toBe('INITIALIZE_IN_PROGRESS')
  expect((await clusterOf(hsm, id))?.State).toBe('INITIALIZED')
  expect(hsm.world.effects).toEqual(['CreateCluster', 'CreateHsm', 'InitializeCluster'])
})
