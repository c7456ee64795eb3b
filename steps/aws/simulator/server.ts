import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Answer, Hosted } from './answer.ts'
import { answerJson } from './answer-json.ts'
import { answerQuery } from './answer-query.ts'
import { findObject } from './objects.ts'
import type { Connection } from './service.ts'
import type { SignedRequest } from './sigv4.ts'

const largestBodyBytes = 4 * 1024 * 1024

/** Starts the one HTTP server of all simulated AWS services on loopback. */
export async function startServer(
  hosted: Hosted,
  wantedPort: number,
): Promise<{ port: number; stop(): Promise<void> }> {
  // Calls come one after the other, so that a service never sees its own state half changed.
  let last: Promise<unknown> = Promise.resolve()
  const server = createServer((incoming, response) => {
    const turn = readRequest(incoming).then((request) => {
      const answer = last.then(() => answerTo(request, hosted, connectionOf(incoming.socket)))
      last = answer.catch(() => undefined)
      return answer
    })
    turn.then(
      (answer) => give(answer, incoming, response, hosted.realNow()),
      () => incoming.socket.destroy(),
    )
  })
  server.keepAliveTimeout = 0 // what belongs to a connection, such as a login to an HSM, ends with it and no sooner
  await listen(server, wantedPort).catch(() => listen(server, 0))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { port: address.port, stop: () => stop(server) }
}

async function answerTo(request: SignedRequest, hosted: Hosted, connection: Connection): Promise<Answer> {
  const reached =
    request.method === 'POST' && request.target !== '/' ? await reach(request, hosted, connection) : undefined
  if (reached !== undefined) return reached
  if (request.method === 'POST')
    return request.headers['x-amz-target'] === undefined ? answerQuery(request, hosted) : answerJson(request, hosted)
  const found = findObject(
    [...hosted.services, ...hosted.queryServices].map(({ running }) => running),
    request.target,
  )
  const missing = { contentType: 'application/xml', bytes: Buffer.from('<Error><Code>NoSuchKey</Code></Error>') }
  const { contentType, bytes } = found ?? missing
  return { kind: 'send', status: found === undefined ? 404 : 200, contentType, body: bytes, requestId: '' }
}

/** Asks each service whether the path leads to something that it controls. */
async function reach(
  { target, body }: SignedRequest,
  { services }: Hosted,
  connection: Connection,
): Promise<Answer | undefined> {
  for (const { running } of services) {
    const reached = await running.reach?.(target, body, connection)
    if (reached === undefined) continue
    if ('fault' in reached) return { kind: reached.fault === 'hang' ? 'hang' : 'reset' }
    return { kind: 'send', contentType: 'application/json', requestId: '', ...reached }
  }
  return undefined
}

const connections = new WeakMap<Socket, Connection>()

function connectionOf(socket: Socket): Connection {
  const known = connections.get(socket)
  if (known !== undefined) return known
  const closing = new AbortController()
  const connection = { closed: closing.signal }
  connections.set(socket, connection)
  if (socket.destroyed) closing.abort()
  socket.once('close', () => closing.abort())
  return connection
}

async function readRequest(incoming: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = []
  let length = 0
  // Without an encoding set, a request gives buffers.
  for await (const bytes of incoming as AsyncIterable<Buffer>) {
    length += bytes.length
    if (length > largestBodyBytes) throw new Error('request is too large')
    chunks.push(bytes)
  }
  const { method = 'GET', url = '/', headers } = incoming
  return { method, target: url, headers, body: Buffer.concat(chunks) }
}

function give(answer: Answer, incoming: IncomingMessage, response: ServerResponse, now: number): void {
  if (answer.kind === 'hang') return
  if (answer.kind === 'reset') {
    incoming.socket.destroy()
    return
  }
  response.setHeader('Date', new Date(now + (answer.clockOffsetMs ?? 0)).toUTCString())
  response.setHeader('Content-Type', answer.contentType)
  if (answer.requestId !== '') response.setHeader('x-amzn-RequestId', answer.requestId)
  response.statusCode = answer.status
  response.end(incoming.method === 'HEAD' ? undefined : answer.body)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
