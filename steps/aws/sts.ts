import { StepError } from '../../engine/step/errors.ts'
import { clientConfig, type ClientTarget } from './client-config.ts'
import { stepErrorFrom } from './sdk-error.ts'

/** Who the credentials of a binding belong to, as AWS sees it. */
export interface CallerIdentity {
  readonly accountId: string
  readonly partition: string
  readonly arn: string
}

/**
 * Asks AWS who is calling.
 *
 * @throws {StepError} `authentication` when the credential was refused
 */
export async function callerIdentity(target: ClientTarget, signal: AbortSignal): Promise<CallerIdentity> {
  const { STSClient, GetCallerIdentityCommand } = await loadSts()
  const client = new STSClient(clientConfig(target))
  try {
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    const partition = Arn?.split(':')[1]
    if (Account === undefined || Arn === undefined || partition === undefined)
      throw new StepError('transient', 'sts:GetCallerIdentity gave no account')
    return { accountId: Account, partition, arn: Arn }
  } catch (error) {
    throw stepErrorFrom(error, 'sts:GetCallerIdentity')
  } finally {
    client.destroy()
  }
}

/**
 * The SDK's own search for credentials: variables, profile, SSO, instance role. Refreshed by the SDK when they expire.
 *
 * @param profile of `~/.aws`; absent: the default search
 */
export async function defaultCredentials(
  region: string,
  profile: string | undefined,
): Promise<ClientTarget['credentials']> {
  const { STSClient } = await loadSts()
  const { config } = new STSClient({ region, ...(profile === undefined ? {} : { profile }) })
  return () => config.credentials()
}

/** Loads the client on use. It would print a warning about coming Node versions into the operator's window. */
function loadSts() {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  return import('@aws-sdk/client-sts')
}
