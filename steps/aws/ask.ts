import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { clientConfig } from './client-config.ts'
import { stepErrorFrom } from './sdk-error.ts'

/** The part of a step's context that a request needs. */
export interface Asking {
  readonly target: Aws
  readonly signal: AbortSignal
}

/** A service of AWS, and a client of the SDK for it. */
export interface AwsService<C extends { destroy(): void }> {
  /** As people say: `AWS Private CA`. */
  readonly name: string
  /** What its permissions begin with: `acm-pca`. */
  readonly prefix: string
  /** Its own error classes, by the code they mean. */
  readonly classes: Readonly<Record<string, ErrorCode>>
  /** Loads the SDK on use. */
  open(config: ReturnType<typeof clientConfig>): Promise<C>
}

/**
 * Sends one request, once.
 *
 * @param operation as the API names it, for messages
 * @throws {StepError}
 */
export async function askOnce<C extends { destroy(): void }, R>(
  { name, prefix, classes, open }: AwsService<C>,
  { target, signal }: Asking,
  operation: string,
  send: (client: C, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  requireRunning(signal, name)
  // A client of its own: the SDK remembers a clock difference per client and would carry on with it.
  const client = await open(clientConfig(target))
  try {
    return await send(client, { abortSignal: signal })
  } catch (error) {
    throw stepErrorFrom(error, `${prefix}:${operation}`, classes)
  } finally {
    client.destroy()
  }
}

/** {@link askOnce} of one service. */
export function asker<C extends { destroy(): void }>(service: AwsService<C>) {
  return <R>(
    asking: Asking,
    operation: string,
    send: (client: C, options: { abortSignal: AbortSignal }) => Promise<R>,
  ): Promise<R> => askOnce(service, asking, operation, send)
}

/** @throws {StepError} `cancelled`, before anything was sent */
export function requireRunning(signal: AbortSignal, service: string): void {
  if (signal.aborted) throw new StepError('cancelled', `stopped on request before ${service} was asked`)
}

/** Gives `undefined` instead of one class of error: an answer, not a failure. */
export async function unless<R>(errorClass: string, asked: Promise<R>): Promise<R | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isClass(error, errorClass)) return undefined
    throw error
  }
}

/** True for a service error of this class. */
export function isClass(error: unknown, errorClass: string): error is StepError {
  return StepError.is(error) && error.facts['errorClass'] === errorClass
}

/** The id that AWS gave a request, for the journal: CloudTrail has the same. */
export function requestOf({ requestId }: { readonly requestId?: string | undefined }): { readonly requestId?: string } {
  return requestId === undefined ? {} : { requestId }
}

/**
 * What the model says is always there, and the SDK's types do not. Whatever was asked for may have been done all the same.
 *
 * @param operation with its prefix: `acm-pca:GetCertificate`
 */
export function present<T>(value: T | undefined, operation: string, member: string): T {
  if (value !== undefined) return value
  throw new StepError('transient', `${operation} answered without \`${member}\``, { outcomeUnknown: true })
}
