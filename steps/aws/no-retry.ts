/** What a retry strategy of the SDK hands around; both SDK generations that are installed want these members. */
interface RetryToken {
  getRetryCount(): number
  getRetryDelay(): number
}

/**
 * A retry strategy that never sends a request twice.
 *
 * `maxAttempts: 1` is not enough: the SDK's own strategy still sends a second time when the connection was reset.
 */
export const noRetry = {
  mode: 'standard' as const,
  acquireInitialRetryToken(): Promise<RetryToken> {
    return Promise.resolve({ getRetryCount: () => 0, getRetryDelay: () => 0 })
  },
  /** The SDK takes a rejection as "do not retry" and throws the service's own error. */
  refreshRetryTokenForRetry(): Promise<RetryToken> {
    return Promise.reject(new Error('runbook retries itself'))
  },
  recordSuccess(): void {},
}
