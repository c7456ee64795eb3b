import { IAM } from '@aws-sdk/client-iam'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { listAuthorities } from '../../../../steps/acm-pca/authorities.ts'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { iamService } from '../../../../steps/iam/simulator/service.ts'
import { operations } from '../../../../steps/iam/simulator/shapes.ts'
import { failure } from '../acm-pca/run-step.ts'
import { awsCli, hasAwsCli } from '../aws/aws-cli.ts'
import { openAws, startSandbox, type TestWorld } from '../aws/sandbox.ts'

const { signal } = new AbortController()
const user = 'arn:aws:iam::111122223333:user/runbook-sandbox'

async function start(wanted: JsonObject = {}, world?: TestWorld) {
  const sandbox = await startSandbox(awsSimulator([iamService(), acmPcaService()]), wanted, world)
  const aws = await openAws(sandbox.entry)
  return { ...sandbox, aws, client: new IAM(clientConfig(aws)) }
}

const ask = { PolicySourceArn: user, ActionNames: ['acm-pca:ListTags', 'acm-pca:IssueCertificate'] }

describe('the simulated IAM', () => {
  it('allows what the rehearsal file does not deny', async () => {
    const { client } = await start({ iam: { deny: ['acm-pca:Issue*'] } })
    const { EvaluationResults, IsTruncated } = await client.simulatePrincipalPolicy(ask)
    expect(IsTruncated).toBe(false)
    expect(EvaluationResults).toMatchObject([
      { EvalActionName: 'acm-pca:ListTags', EvalResourceName: '*', EvalDecision: 'allowed' },
      { EvalActionName: 'acm-pca:IssueCertificate', EvalResourceName: '*', EvalDecision: 'explicitDeny' },
    ])
  })

  it('denies the same when it is done', async () => {
    const { aws } = await start({ iam: { deny: ['acm-pca:ListCertificateAuthorities'] } })
    expect(await failure(listAuthorities({ target: aws, signal }))).toMatchObject({ code: 'denied' })
    const allowed = await start()
    expect(await listAuthorities({ target: allowed.aws, signal })).toEqual([])
  })

  it('keeps what is denied, for one account', async () => {
    const first = await start({ iam: { deny: ['acm-pca:*'] } })
    await first.running.stop()
    const { client, running } = await start({}, first.world)
    expect((await client.simulatePrincipalPolicy(ask)).EvaluationResults?.[0]?.EvalDecision).toBe('explicitDeny')
    const other = new IAM(
      clientConfig(await openAws((await running.binding('b', { accountId: '444455556666' })).entry)),
    )
    const source = user.replace('111122223333', '444455556666')
    const { EvaluationResults } = await other.simulatePrincipalPolicy({ ...ask, PolicySourceArn: source })
    expect(EvaluationResults?.[0]?.EvalDecision).toBe('allowed')
  })

  it('gives pages', async () => {
    const { client } = await start()
    const first = await client.simulatePrincipalPolicy({ ...ask, MaxItems: 1 })
    expect(first).toMatchObject({ IsTruncated: true, EvaluationResults: [{ EvalActionName: 'acm-pca:ListTags' }] })
    const next = await client.simulatePrincipalPolicy({ ...ask, MaxItems: 1, Marker: first.Marker })
    expect(next).toMatchObject({
      IsTruncated: false,
      EvaluationResults: [{ EvalActionName: 'acm-pca:IssueCertificate' }],
    })
  })

  it.each([
    ['another user', { PolicySourceArn: `${user}-2` }, 'NoSuchEntityException'],
    [
      'a session',
      { PolicySourceArn: 'arn:aws:sts::111122223333:assumed-role/Operator/olivia' },
      'InvalidInputException',
    ],
    ['an action without a service', { ActionNames: ['IssueCertificate'] }, 'InvalidInputException'],
    ['no action name', { ActionNames: ['a'] }, 'ValidationError'],
  ])('refuses %s', async (_, changed, name) => {
    const { client } = await start()
    await expect(client.simulatePrincipalPolicy({ ...ask, ...changed })).rejects.toMatchObject({ name })
  })

  it('knows its one user, and no role', async () => {
    const { client } = await start()
    expect((await client.getUser({})).User).toMatchObject({ Arn: user, UserName: 'runbook-sandbox' })
    await expect(client.getRole({ RoleName: 'Operator' })).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  it('says what a rehearsal file may say', async () => {
    await expect(start({ iam: { denied: [] } })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('takes the members that the published model has', () => {
    const model = createRequire(import.meta.url)('aws-sdk/apis/iam-2010-05-08.min.json') as {
      readonly operations: Readonly<Record<string, { readonly input: { readonly members: object } }>>
    }
    for (const [name, { members }] of Object.entries(operations))
      expect(Object.keys(members).sort(), name).toEqual(Object.keys(model.operations[name]?.input.members ?? {}).sort())
  })

  it.skipIf(!hasAwsCli)('answers the AWS CLI, whose signature may be for the Region of all', async () => {
    const sandbox = await start({ region: 'eu-central-1', iam: { deny: ['acm-pca:IssueCertificate'] } })
    const args = ['iam', 'simulate-principal-policy', '--policy-source-arn', user, '--action-names', ...ask.ActionNames]
    for (const region of ['eu-central-1', 'us-east-1'])
      expect(await awsCli(sandbox, [...args, '--region', region])).toMatchObject({
        EvaluationResults: [{ EvalDecision: 'allowed' }, { EvalDecision: 'explicitDeny' }],
      })
    await expect(awsCli(sandbox, [...args, '--region', 'us-west-2'])).rejects.toThrow('SignatureDoesNotMatch')
  })
})
