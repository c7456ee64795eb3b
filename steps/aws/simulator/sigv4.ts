import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What the server needs of a request to check its signature. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
}

/** The parts of an `Authorization` header. */
export interface Authorization {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** @returns `undefined` when it is no AWS Signature Version 4 header */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header ?? '',
    )
  if (parts === null) return undefined
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = parts
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** Milliseconds since the epoch of `x-amz-date`, such as `20260101T000000Z`; `undefined` when it is none. */
export function signingTime(request: SignedRequest): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headerOf(request, 'x-amz-date'))
  if (parts === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** Computes the signature again and compares. */
export function isSignatureRight(
  request: SignedRequest,
  authorization: Authorization,
  secretAccessKey: string,
): boolean {
  const { date, region, service, signedHeaders } = authorization
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', headerOf(request, 'x-amz-date'), scope, sha256(canonical(request, signedHeaders))]
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  )
  const right = createHmac('sha256', key).update(text.join('\n')).digest()
  return timingSafeEqual(right, Buffer.from(authorization.signature, 'hex'))
}

function canonical(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = request.target.split('?')
  return [
    request.method,
    path,
    query.split('&').sort().join('&'),
    ...signedHeaders.map((name) => `${name}:${headerOf(request, name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n')
}

function headerOf(request: SignedRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : (value?.join(',') ?? '')
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
