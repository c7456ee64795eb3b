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
 * How far this machine's clock is ahead of AWS, in milliseconds, give or take the time that a request takes and a second.
 *
 * @returns `undefined` when the answer has no time
 * @throws {StepError}
 */
export async function clockOffset(target: ClientTarget, signal: AbortSignal): Promise<number | undefined> {
  const { STSClient, GetCallerIdentityCommand } = await loadSts()
  const config = clientConfig(target)
  const { requestHandler } = config
  let offsetMs: number | undefined
  const handle: typeof requestHandler.handle = async (...request) => {
    const sentAt = Date.now()
    const answer = await requestHandler.handle(...request)
    const theirs = Date.parse(answer.response.headers['date'] ?? '')
    // a `Date` is cut to whole seconds, so half of one is added
    if (!Number.isNaN(theirs)) offsetMs = (sentAt + Date.now()) / 2 - (theirs + 500)
    return answer
  }
  const client = new STSClient({ ...config, requestHandler: { handle } })
  try {
    await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    return offsetMs
  } catch (error) {
    throw stepErrorFrom(error, 'sts:GetCallerIdentity')
  } finally {
    client.destroy()
    requestHandler.destroy()
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
