import { dirname } from 'node:path'
import { EC2 } from '@aws-sdk/client-ec2'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import type { Aws, HsmClient } from '../../../../engine/step/capabilities.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import type { PreflightStep } from '../../../../engine/step/preflight.ts'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { networkOf } from '../../../../steps/aws/simulator/network.ts'
import { cloudHsmClientBinding } from '../../../../steps/cloudhsm/hsm-client/binding.ts'
import { clientConfig as clientSchema } from '../../../../steps/cloudhsm/hsm-client/config.ts'
import { clientVersion } from '../../../../steps/cloudhsm/preflight/client-version.ts'
import { clusters } from '../../../../steps/cloudhsm/preflight/clusters.ts'
import { ports } from '../../../../steps/cloudhsm/preflight/ports.ts'
import { quotas } from '../../../../steps/cloudhsm/preflight/quotas.ts'
import { reachable } from '../../../../steps/cloudhsm/preflight/reachable.ts'
import { subnets } from '../../../../steps/cloudhsm/preflight/subnets.ts'
import { users } from '../../../../steps/cloudhsm/preflight/users.ts'
import { cloudhsmService } from '../../../../steps/cloudhsm/simulator/service.ts'
import { ec2Service } from '../../../../steps/ec2/simulator/service.ts'
import { contextWith, step } from '../../engine/preflight/looking.ts'
import { openAws, openContext, startSandbox } from '../aws/sandbox.ts'
import { active, type Client } from './cli.ts'

const [a, b, c, a2, other] = networkOf('111122223333', 'us-east-1').subnets.map(({ id }) => id)

async function account(root?: object) {
  const wanted = root === undefined ? {} : { cloudhsm: { clusters: { root: { ...root } } } }
  const sandbox = await startSandbox(awsSimulator([cloudhsmService(), ec2Service()]), wanted)
  const aws = await openAws(sandbox.entry)
  const { clusters: made } = (sandbox.facts['cloudhsm'] ?? {}) as {
    readonly clusters?: { readonly root: { readonly id: string; readonly securityGroup: string } }
  }
  return { ...sandbox, aws, id: made?.root.id ?? '', group: made?.root.securityGroup ?? '' }
}

const creating = (subnetIds: readonly unknown[]): PreflightStep =>
  step('cloudhsm.create-cluster', { id: 'cluster' }, { subnetIds: subnetIds as string[] })

describe('the look at quotas', () => {
  it('holds what the steps create against what is free', async () => {
    const { aws } = await account({ hsms: 2 })
    const hsm = step('cloudhsm.create-hsm')
    const seen = (steps: readonly PreflightStep[]) => quotas.look(aws, contextWith(steps))
    expect(await seen([creating([]), hsm, hsm])).toEqual([
      {
        ...{ what: 'quotas of AWS CloudHSM', verdict: 'good' },
        detail: 'room for 3 clusters and 4 HSMs, the steps create 1 and 2',
      },
    ])
    expect(await seen([hsm, hsm, hsm, hsm, hsm])).toMatchObject([{ verdict: 'bad' }])
    const said = step('cloudhsm.check-quota', {}, { clusters: 1, hsms: 1, hsmLimit: 28 })
    expect(await seen([said, hsm, hsm, hsm, hsm, hsm])).toMatchObject([{ verdict: 'good' }])
    expect(await seen([step('cloudhsm.read-cluster')])).toEqual([])
  })
})

describe('the look at subnets', () => {
  it.each<[string, readonly unknown[], object]>([
    [
      'one in each zone',
      [a, b, c],
      { verdict: 'good', detail: expect.stringMatching(/^us-east-1a, us-east-1b, us-east-1c of vpc-/) },
    ],
    ['one that is not there', [a, 'subnet-00000000'], { verdict: 'bad', detail: 'there is no `subnet-00000000`' }],
    ['two in a zone', [a, b, a2], { verdict: 'bad', detail: expect.stringMatching(/^two are in one/) }],
    ['two VPCs', [b, other], { verdict: 'bad', detail: expect.stringMatching(/^they are in 2 VPCs/) }],
    ['one alone', [a], { verdict: 'bad', detail: expect.stringMatching(/^one Availability Zone alone/) }],
    ['those that are known', [a, b, null], { verdict: 'good' }],
  ])('tells %s', async (_, ids, expected) => {
    const { aws } = await account()
    const findings = await subnets.look(aws, contextWith([creating(ids)]))
    expect(findings).toMatchObject([{ what: 'subnets of `cluster`', ...expected }])
  })
})

describe('the look at clusters', () => {
  it('tells state and HSMs, and what is not there', async () => {
    const { aws, id } = await account({ hsms: 2 })
    const read = (clusterId: string, role?: string) => step('cloudhsm.read-cluster', { role }, { clusterId })
    expect(
      await clusters.look(
        aws,
        contextWith([read(id), read('cluster-aaaaaaaaaaa'), read('cluster-bbbbbbbbbbb', 'there')]),
      ),
    ).toEqual([
      { what: `cluster ${id}`, verdict: 'good', detail: expect.stringMatching(/^ACTIVE, HSMs `hsm-.*us-east-1b/) },
      {
        ...{ what: 'cluster cluster-aaaaaaaaaaa', verdict: 'bad', detail: 'is not in `us-east-1`' },
        hint: 'check its id, and the Region of the binding',
      },
    ])
  })

  it('takes one without HSMs for one that is offline', async () => {
    const { aws, id } = await account({ hsms: 0 })
    const findings = await clusters.look(aws, contextWith([step('cloudhsm.read-cluster', {}, { clusterId: id })]))
    expect(findings).toMatchObject([{ verdict: 'good', detail: 'ACTIVE, offline: no HSM' }])
  })

  it('sees that its security group lets members in, and that it does not', async () => {
    const { aws, id, group } = await account({})
    const context = contextWith([step('cloudhsm.read-cluster', {}, { clusterId: id })])
    const detail = `\`${group}\` lets its members reach ports 2223-2225`
    expect(await ports.look(aws, context)).toEqual([{ what: `security group of ${id}`, verdict: 'good', detail }])
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId: group }] }]
    const client = new EC2(clientConfig(aws))
    await client.revokeSecurityGroupIngress({ GroupId: group, IpPermissions })
    expect(await ports.look(aws, context)).toMatchObject([
      { verdict: 'bad', detail: `\`${group}\` does not let its members reach ports 2223, 2224, 2225` },
    ])
  })
})

describe('the looks at a client', () => {
  async function opened(machine: Client, who: object): Promise<{ readonly client: HsmClient; readonly aws: Aws }> {
    const entry = Value.Parse(clientSchema, { folder: machine.folder, endpoint: machine.hsm.endpoint, users: who })
    const context = openContext({ name: 'hsmClient', baseFolder: dirname(machine.folder) })
    const { capability } = await cloudHsmClientBinding.open(entry, context)
    return { client: capability, aws: await openAws(machine.hsm.entry) }
  }

  it('hold its version, the users and the way to the HSMs against what is wanted', async () => {
    const machine = await active()
    const { clusterId } = machine
    const user = (role: string) => ({ role, password: 'file:/nowhere' })
    const who = {
      cu: user('crypto-user'),
      admin: user('crypto-user'),
      later: user('crypto-user'),
      nobody: user('admin'),
    }
    const { client, aws } = await opened(machine, who)
    const steps = [step('cloudhsm.create-user', {}, { clusterId, username: 'later', role: 'crypto-user' })]
    const context = contextWith(steps, { aws: [{ binding: 'aws', capability: aws }] })
    expect(await clientVersion.look(client, context)).toMatchObject([{ what: 'client version', verdict: 'good' }])
    expect(await users.look(client, context)).toMatchObject([
      { what: `user cu of ${clusterId}`, verdict: 'good', detail: 'crypto-user, not locked' },
      { what: `user admin of ${clusterId}`, verdict: 'bad', detail: 'has role admin, wanted crypto-user' },
      { what: `user later of ${clusterId}`, verdict: 'good', detail: 'not there yet: a step creates it' },
      { what: `user nobody of ${clusterId}`, verdict: 'bad', detail: 'is not in the cluster' },
    ])
    const way = { what: `HSMs of ${clusterId}`, verdict: 'good' }
    expect(await reachable.look(client, context)).toEqual([
      { ...way, detail: expect.stringMatching(/stands in for 10\./) },
    ])
    expect(await reachable.look(client, contextWith(steps))).toMatchObject([
      { verdict: 'unknown', detail: 'no AWS binding knows the cluster' },
    ])
    await machine.hsm.running.stop()
  })

  it('see a user who is locked', async () => {
    const machine = await active()
    const wrong = { user: 'cu', password: 'wrong-password' }
    for (let attempt = 0; attempt < 5; attempt += 1) await machine.cli('key list', wrong)
    const { client } = await opened(machine, { cu: { role: 'crypto-user', password: 'file:/nowhere' } })
    const context = contextWith([step('cloudhsm.read-users', {}, { clusterId: machine.clusterId })])
    expect(await users.look(client, context)).toMatchObject([{ verdict: 'bad', detail: 'crypto-user, locked' }])
  })

  it('see a password that cannot be read, of a user who is there', async () => {
    const machine = await active()
    const user = (role: string, name: string) => ({ role, password: `file:/nowhere/${name}` })
    const who = { cu: user('crypto-user', 'cu'), admin: user('admin', 'admin'), later: user('admin', 'later') }
    const { client } = await opened(machine, who)
    const missing = new StepError('not-found', 'it cannot be read')
    const unreadable = { 'file:/nowhere/cu': missing, 'file:/nowhere/later': missing }
    const steps = [step('cloudhsm.create-user', {}, { clusterId: machine.clusterId, username: 'later', role: 'admin' })]
    const findings = await users.look(client, contextWith(steps, { unreadable }))
    expect(findings.map(({ verdict, detail }) => `${verdict} ${detail}`)).toEqual([
      'bad it cannot be read',
      'good admin, not locked',
      'good not there yet: a step creates it',
    ])
  })

  it('see an old version', async () => {
    const machine = await active()
    const { client } = await opened(machine, {})
    const old: HsmClient = Object.create(client, { version: { value: '5.9.0' } })
    expect(await clientVersion.look(old, contextWith([]))).toMatchObject([
      { verdict: 'bad', detail: '5.9.0, wanted 5.17.0 or later' },
    ])
  })
})
