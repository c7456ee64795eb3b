import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, unlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { createFileDurably, syncFolder } from '../../../engine/step/durable-file.ts'
import { StepError } from '../../../engine/step/errors.ts'
import type { RunningSimulator, Simulator, SimulatorWorld } from '../../../engine/step/simulator.ts'

/** A real HTTP server on loopback whose files are kept in the sandbox. */
export const webServer: Simulator = {
  name: 'web server of the sandbox',
  bindingKind: 'http-site',
  notRehearsed: ['how the site is written to (upload, credentials, caches) and whether relying parties reach it'],
  start,
}

async function start(world: SimulatorWorld): Promise<RunningSimulator> {
  const store = join(world.folder, 'files')
  mkdirSync(store, { recursive: true, mode: 0o700 })
  const server = createServer((request, response) => {
    answer(world, store, request, response).catch((error: unknown) => {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    })
  })
  const port = await listen(server, keptPort(world.folder))
  await writeFile(join(world.folder, 'port.json'), `${JSON.stringify({ port })}\n`)
  return {
    binding(name, { url }) {
      // a rehearsal file may name a site that another simulator serves
      if (typeof url !== 'string') return Promise.resolve(entryOf(`http://127.0.0.1:${port}/${name}/`))
      if (new URL(url).hostname === '127.0.0.1') return Promise.resolve(entryOf(url))
      return Promise.reject(new StepError('invalid', `binding \`${name}\`: \`${url}\` is not on loopback`))
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function entryOf(url: string) {
  return { entry: { url }, facts: { url } }
}

async function answer(
  world: SimulatorWorld,
  store: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET' } = request
  const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
  const file = join(store, createHash('sha256').update(path).digest('hex'))
  const body = await readBody(request)
  const fault = world.faults.take('http', method)
  switch (fault) {
    case 'fail':
      return void response.writeHead(500).end()
    case 'deny':
      return void response.writeHead(403).end()
    case 'throttle':
      return void response.writeHead(429).end()
    case 'clock-skew':
    case 'reset-before':
      return void request.socket.destroy()
    case 'hang':
      return undefined
    case 'reset-after':
    case undefined:
  }
  const status = await serve(
    world,
    method,
    path,
    file,
    request.headers['content-type'] ?? 'application/octet-stream',
    body,
  )
  if (fault === 'reset-after') return void request.socket.destroy()
  if (status !== 200 || method === 'PUT' || method === 'DELETE') return void response.writeHead(status).end()
  const { contentType, bytes } = stored(file) ?? { contentType: '', bytes: Buffer.alloc(0) }
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length })
  response.end(method === 'HEAD' ? undefined : bytes)
}

/** Does what a method asks and gives the status. Identical replays commit nothing. */
async function serve(
  world: SimulatorWorld,
  method: string,
  path: string,
  file: string,
  contentType: string,
  body: Buffer,
): Promise<number> {
  const there = stored(file)
  switch (method) {
    case 'GET':
    case 'HEAD':
      return there === undefined ? 404 : 200
    case 'PUT': {
      if (there?.bytes.equals(body) === true) return 204
      if (there !== undefined) unlinkSync(file)
      await createFileDurably(file, Buffer.concat([Buffer.from(`${contentType}\n`), body]))
      world.ledger.commit({ service: 'http', operation: 'PUT', resource: path })
      return there === undefined ? 201 : 204
    }
    case 'DELETE':
      if (there === undefined) return 404
      unlinkSync(file)
      await syncFolder(join(file, '..'))
      world.ledger.commit({ service: 'http', operation: 'DELETE', resource: path })
      return 204
    default:
      return 405
  }
}

/** A stored file: its media type, a line feed, its bytes. */
function stored(file: string): { readonly contentType: string; readonly bytes: Buffer } | undefined {
  try {
    const whole = readFileSync(file)
    const end = whole.indexOf(10)
    return { contentType: whole.toString('latin1', 0, end), bytes: whole.subarray(end + 1) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array)) // an IncomingMessage gives bytes
  return Buffer.concat(chunks)
}

/** The port of last time, so that URLs in certificates keep their meaning; 0: any. */
function keptPort(folder: string): number {
  try {
    return (JSON.parse(readFileSync(join(folder, 'port.json'), 'utf8')) as { readonly port: number }).port // written above alone
  } catch {
    return 0 // first start, or a crash while it was written
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: Error & { code?: string }) => {
      if (error.code === 'EADDRINUSE' && port !== 0) listen(server, 0).then(resolve, reject)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
