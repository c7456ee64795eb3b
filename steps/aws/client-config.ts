import { NodeHttpHandler } from '@smithy/node-http-handler'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { AwsCredentials } from '../../engine/step/capabilities.ts'
import { noRetry } from './no-retry.ts'

/** What an SDK client is made for: an {@link Aws} capability, or a binding that is just being opened. */
export interface ClientTarget {
  readonly region: string
  readonly endpoint: string | undefined
  readonly userAgent: string
  credentials(): Promise<AwsCredentials>
}

/** How long a connection may take, and how long an answer, in milliseconds. */
const connectionTimeoutMs = 10_000
const requestTimeoutMs = 60_000

/**
 * Configuration for any AWS SDK client: one attempt, one endpoint, these credentials, the run's user agent.
 *
 * Everything that the SDK would look up in `AWS_*` variables or `~/.aws` is given here, so that it looks up nothing.
 */
export function clientConfig(target: ClientTarget) {
  return {
    region: target.region,
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    credentials: () => target.credentials(),
    retryStrategy: noRetry,
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    customUserAgent: userAgentPairs(target.userAgent),
    requestHandler: oneRequestPerConnection(),
  }
}

/** `runbook/1 run/x` as the SDK wants it: name and version in pairs. */
function userAgentPairs(userAgent: string): [string, string][] {
  return userAgent.split(' ').map((part) => {
    const [name = '', version = ''] = part.split('/')
    return [name, version]
  })
}

/**
 * No connection is used twice: one that the other side is closing when a request goes out cannot be told from a request
 * whose answer was lost, and every such doubt costs an operator time.
 */
function oneRequestPerConnection(): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  })
}
