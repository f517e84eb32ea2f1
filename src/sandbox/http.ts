import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { Changes } from './changes.ts'
import { createFaults, type Fault, type Faults } from './faults.ts'

/** One request a stand-in received, whether it took effect or not. */
export interface Received {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  raw: Buffer
  /** JSON value, or an object of form fields (a repeated field holds an array); null when there is no body or it is neither. */
  body: unknown
  /** What was answered; null while nothing was, or when the socket was cut. */
  status: number | null
  /** Milliseconds of `performance.now()`; `answeredAt` is null while nothing was answered. */
  receivedAt: number
  answeredAt: number | null
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  /** A Buffer or string goes out as it is, anything else as JSON; absent = no body. */
  body?: unknown
}

export interface Route {
  method: string
  /** Tested against the path; its groups are the handler's parameters, percent-decoded. */
  path: RegExp
  handle(request: Received, ...params: string[]): Answer | Promise<Answer>
}

export interface Listener {
  url: string
  requests: Received[]
  faults: Faults
  down: boolean
  /** A timer that dies with the server. */
  later(ms: number, run: () => void): void
  close(): Promise<void>
}

interface ListenOptions {
  changes: Changes
  /** First word on every request: an answer here means the routes are not asked. */
  guard(request: Received): Answer | null
  routes: Route[]
  notFound(request: Received): Answer
  /** Headers of every answer. */
  headers?(): Record<string, string>
}

/** Serves `routes` on a free loopback port, keeps every request, and misbehaves as its faults say. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { changes } = options
  const faults = createFaults()
  const requests: Received[] = []
  const { later, stop } = createTimers()

  const act = async (request: Received): Promise<Answer> => {
    const answer = await dispatch(options, request)
    changes.changed()
    return answer
  }

  const server = createServer(async (req, res) => {
    const raw = await readAll(req)
    if (raw === null) return
    const request = receive(req, raw)
    requests.push(request)
    changes.changed()
    const fault = faults.take(request.method, req.url ?? '/')
    const answer = fault ? await misbehave(fault, () => act(request), later) : await act(request)
    finish(res, request, answer, options.headers?.() ?? {})
    changes.changed()
  })
  // Only the stand-in decides when a connection ends.
  server.keepAliveTimeout = 0
  const sockets = track(server)
  const url = await start(server, 0)
  const port = Number(new URL(url).port)

  return {
    url,
    requests,
    faults,
    later,
    get down() {
      return !server.listening
    },
    set down(down: boolean) {
      if (down === !server.listening) return
      if (down) server.close()
      else server.listen(port, '127.0.0.1')
      if (down) for (const socket of sockets) socket.destroy()
    },
    close() {
      stop()
      return new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
    },
  }
}

/** Timers that can all be stopped; none starts afterwards. */
function createTimers() {
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false
  const later = (ms: number, run: () => void) => {
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
  }
  const stop = () => {
    stopped = true
    for (const timer of timers) clearTimeout(timer)
  }
  return { later, stop }
}

function start(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('not a TCP server'))
      resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}

function track(server: Server): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

/** The whole body, or null when the client went away in the middle: then nothing was received. */
async function readAll(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of req) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch {
    return null
  }
}

function receive(req: IncomingMessage, raw: Buffer): Received {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://stand-in')
  const body = parse(req.headers['content-type'] ?? '', raw)
  return {
    method: req.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: req.headers,
    raw,
    body,
    status: null,
    receivedAt: performance.now(),
    answeredAt: null,
  }
}

function parse(contentType: string, raw: Buffer): unknown {
  if (raw.length === 0) return null
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return formFields(new URLSearchParams(raw.toString('utf8')))
  try {
    return JSON.parse(raw.toString('utf8'))
  } catch {
    return null
  }
}

function formFields(form: URLSearchParams): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {}
  for (const name of new Set(form.keys())) {
    const [first = '', ...more] = form.getAll(name)
    fields[name] = more.length > 0 ? [first, ...more] : first
  }
  return fields
}

async function dispatch(options: ListenOptions, request: Received): Promise<Answer> {
  const refused = options.guard(request)
  if (refused) return refused
  try {
    for (const route of options.routes) {
      const match = route.method === request.method ? route.path.exec(request.path) : null
      if (match) return await route.handle(request, ...match.slice(1).map(decodeURIComponent))
    }
    return options.notFound(request)
  } catch (error) {
    return { status: 500, body: { 'fault of the stand-in': String(error) } }
  }
}

type Outcome = Answer | 'reset' | 'hang' | { half: Answer }

async function misbehave(fault: Fault, act: () => Promise<Answer>, later: Listener['later']): Promise<Outcome> {
  const lateMs = fault.actAfterMs ?? 0
  const effect = !fault.act ? null : lateMs === 0 ? act() : after(lateMs, later).then(act)
  if (fault.delayMs !== undefined) await after(fault.delayMs, later)
  await fault.holdUntil
  // An effect that comes late must not hold up the answer; one that comes now precedes it.
  const real = fault.answer === 'real' || lateMs === 0 ? await effect : null
  if (fault.answer === 'real') return real ?? 'reset'
  if (fault.answer === 'half') return { half: real ?? { status: 200, body: { half: 'a body' } } }
  return fault.answer
}

const after = (ms: number, later: Listener['later']) => new Promise<void>((resolve) => later(ms, resolve))

function finish(res: ServerResponse, request: Received, outcome: Outcome, common: Record<string, string>): void {
  if (outcome === 'hang') return
  if (outcome === 'reset') {
    res.socket?.resetAndDestroy()
    return
  }
  const answer = 'half' in outcome ? outcome.half : outcome
  const { data, contentType } = encode(answer.body)
  request.status = answer.status
  request.answeredAt = performance.now()
  res.writeHead(answer.status, { ...contentType, ...common, ...answer.headers, 'content-length': data.length })
  if ('half' in outcome) res.write(data.subarray(0, Math.ceil(data.length / 2)), () => res.socket?.destroy())
  else res.end(request.method === 'HEAD' ? undefined : data)
}

function encode(body: unknown): { data: Buffer; contentType: Record<string, string> } {
  if (body === undefined) return { data: Buffer.alloc(0), contentType: {} }
  if (Buffer.isBuffer(body)) return { data: body, contentType: {} }
  if (typeof body === 'string') return { data: Buffer.from(body), contentType: { 'content-type': 'text/html' } }
  return { data: Buffer.from(JSON.stringify(body)), contentType: { 'content-type': 'application/json; charset=utf-8' } }
}
