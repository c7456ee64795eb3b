import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerTo, type SiteAnswer, type SiteRequest, type SiteWorld } from './answer.ts'

const largestBodyBytes = 8 * 1024 * 1024

/**
 * Starts a web server on loopback.
 *
 * @param port 0: any
 * @throws {Error} when the port is taken
 */
export async function startSiteServer(
  world: SiteWorld,
  port: number,
): Promise<{ port: number; stop(): Promise<void> }> {
  // one after the other, so that conditions and what they are about do not change in between
  let last: Promise<unknown> = Promise.resolve()
  const server = createServer((incoming, response) => {
    const turn = readRequest(incoming).then((request) => {
      const answer = last.then(() => answerTo(request, world))
      last = answer.catch(() => undefined)
      return answer
    })
    turn.then(
      (answer) => give(answer, incoming, response),
      () => incoming.socket.destroy(),
    )
  })
  await listen(server, port)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the web server has no port')
  return { port: address.port, stop: () => stop(server) }
}

async function readRequest(incoming: IncomingMessage): Promise<SiteRequest> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array) // no encoding was set
    length += bytes.length
    if (length > largestBodyBytes) throw new Error('request is too large')
    chunks.push(bytes)
  }
  const { method = 'GET', url = '/', headers } = incoming
  const [path = '/'] = url.split('?')
  return { method, path, headers, body: Buffer.concat(chunks) }
}

function give(answer: SiteAnswer, incoming: IncomingMessage, response: ServerResponse): void {
  if (answer.kind === 'hang') return
  if (answer.kind === 'reset') {
    incoming.socket.destroy()
    return
  }
  response.statusCode = answer.status
  const { object } = answer
  if (object !== undefined) {
    response.setHeader('Content-Type', object.contentType)
    response.setHeader('ETag', object.etag)
    response.setHeader('Content-Length', object.bytes.length)
  }
  response.end(incoming.method === 'HEAD' ? undefined : object?.bytes)
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
