import { describe, expect, it } from 'vitest'
import type { Static } from 'typebox'
import { posture } from '../../../../steps/cloudhsm/posture.ts'
import type { postureInputs } from '../../../../steps/cloudhsm/posture/schema.ts'
import { contextFor } from '../../../contract/contract-context.ts'
import { postureWorld, type PostureWorld } from './posture-world.ts'

async function look({ machine, target }: PostureWorld, inputs: Partial<Static<typeof postureInputs>> = {}) {
  const { hsm, clusterId } = machine
  const context = contextFor<typeof posture.target>(target, {}, { now: () => hsm.world.clock.now() })
  const answer = await posture.check({ clusterId, ...inputs }, context)
  if (answer.state !== 'satisfied') throw new Error(`it is ${answer.state}`)
  return answer.outputs
}

const areas = (outputs: Awaited<ReturnType<typeof look>>, verdict: string) => [
  ...new Set(outputs.findings.filter((each) => each.verdict === verdict).map(({ area }) => area)),
]

describe('cloudhsm.posture', () => {
  it('looks at a living cluster: what is bad comes first, and counts add up', async () => {
    const world = await postureWorld()
    const keys = [
      { label: 'example-root', attributes: { sign: true, extractable: true, local: true } },
      { label: 'example-root', attributes: { 'wrap-with-trusted': true } },
    ]
    const outputs = await look(world, { as: ['cu'], keys })
    expect(outputs.worst).toBe('bad')
    expect(outputs.findings[0]?.verdict).toBe('bad')
    expect(outputs.good + outputs.warn + outputs.bad).toBe(outputs.findings.length)
    expect(areas(outputs, 'bad')).toEqual(['copies', 'keys'])
    expect(areas(outputs, 'good')).toEqual(expect.arrayContaining(['cluster', 'spread', 'backups', 'users', 'owners']))
    expect(outputs.findings).toContainEqual({
      area: 'owners',
      item: 'cu',
      found: 'owns 1 key: example-root',
      wanted: 'not deleted as long as it owns keys',
      verdict: 'good',
    })
  })

  it('sees who is locked', async () => {
    const world = await postureWorld()
    for (let n = 0; n < 5; n += 1) await world.machine.cli('key list', { user: 'cu', password: 'not-the-password' })
    const outputs = await look(world)
    expect(outputs.findings).toContainEqual(
      expect.objectContaining({ area: 'users', item: 'cu', found: 'crypto-user, locked', verdict: 'bad' }),
    )
  })

  it('looks at an offline cluster without its HSMs, and wants its backup kept', async () => {
    const world = await postureWorld()
    const { hsm, clusterId } = world.machine
    const { Clusters } = await hsm.client.describeClusters({ Filters: { clusterIds: [clusterId] } })
    for (const { EniId = '' } of Clusters?.[0]?.Hsms ?? []) await hsm.client.deleteHsm({ ClusterId: clusterId, EniId })
    hsm.world.pass(60 * 60_000)
    const thresholds = { hsms: 0, copies: false }
    const before = await look(world, { thresholds, as: ['cu'] })
    expect(areas(before, 'bad')).toEqual(['backups'])
    const { Backups = [] } = await hsm.client.describeBackups({ Filters: { clusterIds: [clusterId] } })
    for (const { BackupId } of Backups) await hsm.client.modifyBackupAttributes({ BackupId, NeverExpires: true })
    expect(areas(await look(world, { thresholds }), 'bad')).toEqual([])
    expect(areas(await look(world), 'bad')).toEqual(expect.arrayContaining(['spread', 'users']))
  })
})
