import { ACMPCA, type ListCertificateAuthoritiesCommandInput } from '@aws-sdk/client-acm-pca'
import { clientConfig, type ClientTarget } from '../../../../steps/aws/client-config.ts'

/** What goes over the wire for one request, so that a test can change it and send it itself. */
export interface RawRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A request as the SDK hands it to what sends it. */
interface SdkRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/** Lets the official client sign a `ListCertificateAuthorities` and keeps it instead of sending it. */
export async function capturedRequest(
  target: ClientTarget,
  input: ListCertificateAuthoritiesCommandInput = {},
  changed: { readonly systemClockOffset?: number } = {},
): Promise<RawRequest> {
  let captured: RawRequest | undefined
  const requestHandler = {
    handle: ({ protocol, hostname, port, path, headers, body }: SdkRequest) => {
      captured = { url: `${protocol}//${hostname}:${port}${path}`, headers, body: String(body) }
      return Promise.reject(new Error('kept'))
    },
  }
  const client = new ACMPCA({ ...clientConfig(target), ...changed, requestHandler })
  await client.listCertificateAuthorities(input).catch(() => undefined)
  if (captured === undefined) throw new Error('the client sent nothing')
  return captured
}

export async function sendRaw({ url, headers, body }: RawRequest): Promise<RawAnswer> {
  const { host: _, 'content-length': __, ...rest } = headers
  const response = await fetch(url, { method: 'POST', headers: rest, body })
  return { status: response.status, headers: response.headers, body: await response.json() }
}
