import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Answer, Hosted } from './answer.ts'
import { answerJson } from './answer-json.ts'
import { answerQuery } from './answer-query.ts'
import { findObject } from './objects.ts'
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
      const answer = last.then(() => answerTo(request, hosted))
      last = answer.catch(() => undefined)
      return answer
    })
    turn.then(
      (answer) => give(answer, incoming, response, hosted.realNow()),
      () => incoming.socket.destroy(),
    )
  })
  await listen(server, wantedPort).catch(() => listen(server, 0))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { port: address.port, stop: () => stop(server) }
}

async function answerTo(request: SignedRequest, hosted: Hosted): Promise<Answer> {
  if (request.method === 'POST')
    return request.headers['x-amz-target'] === undefined ? answerQuery(request, hosted) : answerJson(request, hosted)
  const found = findObject(
    hosted.services.map(({ running }) => running),
    request.target,
  )
  const missing = { contentType: 'application/xml', bytes: Buffer.from('<Error><Code>NoSuchKey</Code></Error>') }
  const { contentType, bytes } = found ?? missing
  return { kind: 'send', status: found === undefined ? 404 : 200, contentType, body: bytes, requestId: '' }
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
