import { describe, expect, it } from 'vitest'
import type { FaultName } from '../../../../engine/step/simulator.ts'
import { operations } from '../../../../steps/cloudhsm/simulator/shapes.ts'
import { worldFaults } from '../../../../steps/cloudhsm/simulator/world-faults.ts'
import { clientIn, clusterOf, createdCluster, hsmAt, refusal, startActive, startHsm } from './hsm.ts'

describe('a fault of every service', () => {
  it.each<[FaultName, string]>([
    ['fail', 'CloudHsmInternalFailureException'],
    ['deny', 'CloudHsmAccessDeniedException'],
    ['throttle', 'ThrottlingException'],
  ])('`%s` has the class %s, and nothing happened', async (fault, errorClass) => {
    const hsm = await startHsm()
    hsm.world.plan('cloudhsm:CreateCluster', fault)
    const wanted = { HsmType: 'hsm2m.medium', SubnetIds: [...hsm.subnets] }
    expect(await refusal(hsm.client.createCluster(wanted))).toBe(errorClass)
    expect([hsm.world.effects, (await hsm.client.describeClusters({})).Clusters]).toEqual([[], []])
  })

  it('`reset-after` loses the answer alone', async () => {
    const hsm = await startHsm()
    hsm.world.plan('cloudhsm:CreateCluster', 'reset-after')
    const wanted = { HsmType: 'hsm2m.medium', SubnetIds: [...hsm.subnets] }
    expect(await refusal(hsm.client.createCluster(wanted))).toBe('TimeoutError') // the client's name for a reset
    expect(hsm.world.effects).toEqual(['CreateCluster'])
    expect((await hsm.client.describeClusters({})).Clusters).toHaveLength(1)
  })
})

describe('a Region that is out of order', () => {
  it('answers 503 for ten minutes, and others go on', async () => {
    const hsm = await startHsm()
    const other = await clientIn(hsm, { region: 'us-west-2' })
    hsm.world.plan('cloudhsm:DescribeClusters', 'unavailable')
    expect(await refusal(hsm.client.describeClusters({}))).toBe('ServiceUnavailable')
    hsm.world.pass(9 * 60_000)
    expect(await refusal(hsm.client.describeBackups({}))).toBe('ServiceUnavailable')
    expect(await refusal(other.describeClusters({}))).toBeUndefined()
    hsm.world.pass(60_000)
    expect(await refusal(hsm.client.describeBackups({}))).toBeUndefined()
  })

  it('may be so in any operation', () => {
    expect(Object.keys(worldFaults).toSorted()).toEqual(Object.keys(operations).toSorted())
    for (const names of Object.values(worldFaults)) expect(names).toContain('unavailable')
  })
})

describe('somebody else who does the same', () => {
  it('has made a cluster of the same name just before, without this run’s tags', async () => {
    const hsm = await startHsm()
    const TagList = [
      { Key: 'Name', Value: 'root' },
      { Key: 'runbook:effect', Value: 'k3x9.a' },
    ]
    hsm.world.plan('cloudhsm:CreateCluster', 'done-by-another')
    await createdCluster(hsm, { TagList })
    const { Clusters } = await hsm.client.describeClusters({})
    expect(Clusters?.map((each) => each.TagList)).toEqual([TagList.slice(0, 1), TagList])
    expect(hsm.world.effects).toEqual(['CreateCluster'])
  })

  it('has made the first HSM of a cluster, or one more', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    hsm.world.plan('cloudhsm:CreateHsm', 'done-by-another')
    expect(await refusal(hsmAt(hsm, id, 'us-east-1a'))).toBe('CloudHsmInvalidRequestException')
    expect((await clusterOf(hsm, id))?.Hsms).toHaveLength(1)
    const older = await startActive({ hsms: 1 })
    older.world.plan('cloudhsm:CreateHsm', 'done-by-another')
    await hsmAt(older, older.id, 'us-east-1b')
    expect((await clusterOf(older, older.id))?.Hsms).toHaveLength(3)
  })
})
