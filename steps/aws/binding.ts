import { type Static, Type } from 'typebox'
import { defineBindingKind, type OpenBinding, type OpenContext } from '../../engine/step/binding-kind.ts'
import type { Aws, AwsCredentials } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { secretReference } from '../../engine/step/schema.ts'
import type { ClientTarget } from './client-config.ts'
import { isLoopback } from './loopback.ts'
import { callerIdentity, defaultCredentials, type CallerIdentity } from './sts.ts'

const config = Type.Object(
  {
    accountId: Type.String({
      description: 'The account that must answer, so that a wrong profile is found before anything happens',
      pattern: '^[0-9]{12}$',
      'x-runbook-wants': '12 digits',
    }),
    partition: Type.String({
      description: 'The partition that must answer: `aws`, `aws-us-gov`, `aws-cn`',
      pattern: '^aws(-[a-z]+)*$',
    }),
    region: Type.String({ description: 'The Region of every request', pattern: '^[a-z]{2,}(-[a-z]+)+-[0-9]+$' }),
    profile: Type.Optional(
      Type.String({
        description: 'Profile of `~/.aws` to take credentials from; absent: where the AWS SDK looks by itself',
      }),
    ),
    endpoint: Type.Optional(Type.String({ description: 'The loopback endpoint of a sandbox; refused elsewhere' })),
    credentials: Type.Optional(
      Type.Object(
        {
          accessKeyId: Type.String({ description: 'Access key id' }),
          secretAccessKey: secretReference('Where its secret is'),
        },
        { description: 'The access key of a sandbox; refused elsewhere', additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

type Config = Static<typeof config>

/** One AWS account in one Region. */
export const awsBinding = defineBindingKind({
  name: 'aws',
  summary: 'An AWS account in one Region, verified with STS when it is opened',
  provides: 'aws',
  config,
  claims: ({ accountId, partition, region }) => `AWS account ${accountId} (${partition}) in ${region}`,
  open: (entry, context) => (context.sandbox ? openSandbox(entry, context) : openReal(entry, context)),
})

/** Nothing but the loopback endpoint and the sandbox's own key: no variable, no profile. */
async function openSandbox(entry: Config, context: OpenContext): Promise<OpenBinding<Aws>> {
  const { endpoint, credentials } = entry
  if (endpoint === undefined || !isLoopback(endpoint))
    throw invalid(context, `a sandbox reaches loopback only, but \`endpoint\` is \`${endpoint ?? 'absent'}\``)
  if (credentials === undefined) throw invalid(context, '`credentials` are needed in a sandbox')
  if (entry.profile !== undefined) throw invalid(context, '`profile` has no meaning in a sandbox')
  const { accessKeyId, secretAccessKey: reference } = credentials
  const login = { device: `AWS account ${entry.accountId} at ${endpoint}`, user: accessKeyId, reference }
  return context.login(login, async (secret) => {
    const key: AwsCredentials = { accessKeyId, secretAccessKey: secret.reveal() }
    return verified(entry, context, async () => key)
  })
}

async function openReal(entry: Config, context: OpenContext): Promise<OpenBinding<Aws>> {
  if (entry.endpoint !== undefined || entry.credentials !== undefined)
    throw invalid(context, '`endpoint` and `credentials` are for a sandbox', 'name a `profile` instead')
  return verified(entry, context, await defaultCredentials(entry.region, entry.profile))
}

async function verified(
  entry: Config,
  context: OpenContext,
  credentials: ClientTarget['credentials'],
): Promise<OpenBinding<Aws>> {
  const target: ClientTarget = {
    region: entry.region,
    endpoint: entry.endpoint,
    credentials,
    userAgent: context.runId === undefined ? 'runbook/1' : `runbook/1 run/${context.runId}`,
  }
  const look = async (): Promise<CallerIdentity> => {
    const caller = await callerIdentity(target, context.signal)
    if (caller.accountId !== entry.accountId || caller.partition !== entry.partition)
      throw new StepError(
        'conflict',
        `binding \`${context.name}\` wants account \`${entry.accountId}\` (\`${entry.partition}\`), found \`${caller.accountId}\` (\`${caller.partition}\`)`,
        { hint: 'choose the profile of the wanted account', facts: { callerArn: caller.arn } },
      )
    return caller
  }
  const caller = await look()
  return {
    capability: { ...target, accountId: caller.accountId, partition: caller.partition, callerArn: caller.arn },
    facts: { account: caller.accountId, callerArn: caller.arn, region: entry.region },
    verify: async () => {
      const { arn } = await look()
      if (arn !== caller.arn)
        throw new StepError('conflict', `binding \`${context.name}\` was opened as \`${caller.arn}\`, found \`${arn}\``)
    },
    close: () => Promise.resolve(),
  }
}

function invalid(context: OpenContext, message: string, hint?: string): StepError {
  return new StepError('invalid', `binding \`${context.name}\`: ${message}`, hint === undefined ? {} : { hint })
}
