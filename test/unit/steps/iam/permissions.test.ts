import { describe, expect, it } from 'vitest'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'
import type { PreflightStep } from '../../../../engine/step/preflight.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { queryDialect, type QueryService } from '../../../../steps/aws/simulator/query-service.ts'
import { ServiceError } from '../../../../steps/aws/simulator/service.ts'
import { permissions } from '../../../../steps/iam/permissions.ts'
import { iamService } from '../../../../steps/iam/simulator/service.ts'
import { contextWith } from '../../engine/preflight/looking.ts'
import { openAws, startSandbox } from '../aws/sandbox.ts'

const user = 'arn:aws:iam::111122223333:user/runbook-sandbox'
const ca = 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1'

function step(id: string, wanted: readonly string[], inputs: JsonObject = {}): PreflightStep {
  return { id, uses: 'acm-pca.do', role: undefined, permissions: wanted, inputs }
}

async function looked(steps: readonly PreflightStep[], wanted: JsonObject = {}, service = iamService()) {
  const sandbox = await startSandbox(awsSimulator([service]), wanted)
  const aws = await openAws(sandbox.entry)
  return { ...sandbox, aws, findings: await permissions.look(aws, contextWith(steps)) }
}

describe('the look at permissions', () => {
  it('says in one line what is allowed, and looks at each action once', async () => {
    const steps = [
      step('a', ['acm-pca:ListTags', 'to run a program', 's3:GetBucketAcl (with a bucket)']),
      step('b', ['acm-pca:ListTags']),
    ]
    const { findings, world } = await looked(steps)
    expect(findings).toEqual([
      { what: 'permissions', verdict: 'good', detail: `\`${user}\` may do 2 actions of the steps` },
    ])
    expect(world.requests.filter((request) => request.startsWith('iam:'))).toEqual(['iam:SimulatePrincipalPolicy'])
    expect(world.lines).toEqual([])
  })

  it('names what is denied, and the steps that need it', async () => {
    const steps = [step('a', ['acm-pca:ListTags']), step('b', ['acm-pca:IssueCertificate', 'acm-pca:ListTags'])]
    const { findings } = await looked(steps, { iam: { deny: ['acm-pca:ListTags'] } })
    expect(findings).toEqual([
      { what: 'permissions', verdict: 'good', detail: `\`${user}\` may do 1 action of the steps` },
      {
        ...{ what: 'permission acm-pca:ListTags', verdict: 'bad' },
        detail: `a policy denies it to \`${user}\`; needed by \`a\`, \`b\``,
        hint: 'change the policy that denies it, or run as somebody else',
      },
    ])
  })

  it('asks for the resources that are known, and for any where one is not', async () => {
    const steps = [
      step('a', ['acm-pca:IssueCertificate'], { arn: ca }),
      step('b', ['acm-pca:IssueCertificate', 'acm-pca:GetCertificate'], { arn: ca, other: 'arn:aws:s3:::bucket' }),
      step('c', ['acm-pca:ListTags'], { arn: ca }),
      step('d', ['acm-pca:ListTags']),
    ]
    const asked: JsonObject[] = []
    await looked(
      steps,
      {},
      deciding((input) => (asked.push(input), {})),
    )
    expect(asked).toMatchObject([
      { ActionNames: ['acm-pca:IssueCertificate', 'acm-pca:GetCertificate'], ResourceArns: [ca] },
      { ActionNames: ['acm-pca:ListTags'] },
    ])
    expect(asked[1]).not.toHaveProperty('ResourceArns')
  })

  it('asks for fifty at once and reads every page', async () => {
    const many = Array.from({ length: 120 }, (_, index) => `acm-pca:Do${index}`)
    const { findings, world } = await looked([step('a', many)])
    expect(findings).toEqual([
      { what: 'permissions', verdict: 'good', detail: `\`${user}\` may do 120 actions of the steps` },
    ])
    expect(world.requests.filter((request) => request.startsWith('iam:'))).toHaveLength(3)
    const onThree = await looked([step('a', many.slice(0, 50), { arns: [`${ca}1`, `${ca}2`, `${ca}3`] })])
    expect(onThree.findings).toMatchObject([{ detail: `\`${user}\` may do 50 actions of the steps` }])
    expect(onThree.world.requests.filter((request) => request.startsWith('iam:'))).toHaveLength(2)
  })

  it.each<[string, JsonObject, object]>([
    [
      'nobody allows',
      { EvalDecision: 'implicitDeny' },
      { verdict: 'bad', detail: expect.stringMatching(/^no policy allows it/) },
    ],
    [
      'what the request says decides on',
      { EvalDecision: 'implicitDeny', MissingContextValues: ['aws:RequestTag/team'] },
      { verdict: 'unknown', detail: 'depends on aws:RequestTag/team of the request; needed by `a`' },
    ],
    [
      'the organization does not allow',
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
      { verdict: 'bad', detail: 'a service control policy does not allow it; needed by `a`' },
    ],
  ])('tells an action apart that %s', async (_, decision, expected) => {
    const { findings } = await looked(
      [step('a', ['acm-pca:ListTags'])],
      {},
      deciding(() => decision),
    )
    expect(findings).toMatchObject([{ what: 'permission acm-pca:ListTags', ...expected }])
  })

  it('is unknown, not bad, where the simulation itself is denied', async () => {
    const { findings } = await looked([step('a', ['acm-pca:ListTags'])], {
      iam: { deny: ['iam:SimulatePrincipalPolicy'] },
    })
    expect(findings).toMatchObject([{ what: 'permissions', verdict: 'unknown' }])
  })

  it('has nothing to say where no step needs AWS', async () => {
    expect((await looked([step('a', ['C_Sign'])])).findings).toEqual([])
  })

  describe('for who calls', () => {
    const sources: string[] = []
    const noting = deciding((input) => (sources.push(text(input['PolicySourceArn'])), { EvalDecision: 'allowed' }))
    const roles: Readonly<Record<string, string>> = { Operator: 'arn:aws:iam::111122223333:role/path/of/Operator' }

    async function lookedAs(callerArn: string, deny: readonly string[] = []) {
      const service: QueryService = {
        ...noting,
        async open(world) {
          const running = await noting.open(world)
          return {
            ...running,
            async call(operation, input, caller) {
              if (operation !== 'GetRole') return running.call(operation, input, caller)
              if (deny.includes('iam:GetRole')) throw new ServiceError('AccessDenied', 'no', 403)
              const name = text(input['RoleName'])
              return {
                Role: {
                  Path: '/path/of/',
                  RoleName: name,
                  RoleId: 'AROA',
                  Arn: roles[name] ?? '',
                  CreateDate: '2026-01-01T00:00:00Z',
                },
              }
            },
          }
        },
      }
      const { entry } = await startSandbox(awsSimulator([service]))
      const aws: Aws = { ...(await openAws(entry)), callerArn }
      sources.length = 0
      return permissions.look(aws, contextWith([step('a', ['acm-pca:ListTags'])]))
    }

    it('takes the role of a session, with its path', async () => {
      await lookedAs('arn:aws:sts::111122223333:assumed-role/Operator/olivia')
      expect(sources).toEqual([roles['Operator']])
    })

    it('takes the role without a path where IAM does not tell it', async () => {
      await lookedAs('arn:aws:sts::111122223333:assumed-role/Operator/olivia', ['iam:GetRole'])
      expect(sources).toEqual(['arn:aws:iam::111122223333:role/Operator'])
    })

    it.each(['arn:aws:iam::111122223333:root', 'arn:aws:sts::111122223333:federated-user/olivia'])(
      'knows nothing of %s',
      async (arn) => {
        expect(await lookedAs(arn)).toMatchObject([{ what: 'permissions', verdict: 'unknown' }])
        expect(sources).toEqual([])
      },
    )
  })
})

/** IAM that decides every action in the same way. */
function deciding(decide: (input: JsonObject) => JsonObject): QueryService {
  return {
    ...iamService(),
    dialect: queryDialect,
    open: () =>
      Promise.resolve({
        async call(_, input) {
          const actions = input['ActionNames'] as readonly string[]
          const decision = decide(input)
          return {
            IsTruncated: false,
            EvaluationResults: actions.map((action) => ({ EvalActionName: action, ...decision })),
          }
        },
      }),
  }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
