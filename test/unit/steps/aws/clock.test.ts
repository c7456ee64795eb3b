import { expect, it } from 'vitest'
import { clock } from '../../../../steps/aws/clock.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { contextWith } from '../../engine/preflight/looking.ts'
import { openAws, startSandbox } from './sandbox.ts'

/** @param aheadMs how far the clock of AWS is ahead of ours */
async function seen(aheadMs: number) {
  const { entry, world } = await startSandbox(awsSimulator([], { realNow: () => Date.now() + aheadMs }))
  return { world, findings: await clock.look(await openAws(entry), contextWith([])) }
}

it('agrees with a clock that is the same', async () => {
  const { findings, world } = await seen(0)
  expect(findings).toEqual([{ what: 'clock', verdict: 'good', detail: 'agrees with AWS' }])
  expect(world.requests).toEqual(['sts:GetCallerIdentity', 'sts:GetCallerIdentity'])
})

it('tells a difference that does no harm', async () => {
  expect((await seen(30_500)).findings).toMatchObject([
    { verdict: 'good', detail: expect.stringMatching(/^this machine is (29|30|31) s behind AWS$/) },
  ])
})

it.each([
  ['behind', 120_500],
  ['ahead of', -120_500],
])('is bad when this machine is two minutes %s AWS', async (way, aheadMs) => {
  expect((await seen(aheadMs)).findings).toEqual([
    {
      ...{ what: 'clock', verdict: 'bad', hint: 'set the clock, and let NTP keep it' },
      detail: expect.stringMatching(new RegExp(`^this machine is (119|120|121) s ${way} AWS$`)),
    },
  ])
})
