import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import express, { type RequestHandler } from 'express'
import helmet from 'helmet'
import { z } from 'zod'
import type { Actions } from './actions.ts'
import { sidebarOf } from './sidebar.ts'
import { findFile, type Shores, type State } from './state.ts'

interface PageOptions {
  port: number
  shores: Shores
  actions: Actions
  state: () => State
  play: (scene: string) => void
  consoleUrl: () => string
}

export interface Page {
  url: string
  close(): Promise<void>
}

const FILES = fileURLToPath(new URL('../page/', import.meta.url))
/** People notice nothing shorter. */
const LOOK_EVERY_MS = 100

const textSchema = z.object({
  phone: z.string().regex(/^\+1202555\d{4}$/),
  body: z.string().max(1600),
  photo: z.boolean(),
})
const answerSchema = z.object({
  conversationId: z.string(),
  body: z.string().trim().min(1).max(5000),
  how: z.enum(['reply', 'close', 'note']),
})
const playSchema = z.object({ scene: z.string() })
const downSchema = z.object({ service: z.enum(['twilio', 'intercom']), down: z.boolean() })

/** The page, what it asks for, and its live state, on loopback only. */
export async function servePage({ port, shores, actions, state, play, consoleUrl }: PageOptions): Promise<Page> {
  const live = liveState(state)
  const app = express()
  app.disable('x-powered-by')
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: POLICY }, strictTransportSecurity: false }))
  app.get('/state', live.handler)
  app.get('/files/:id', (req, res) => {
    const file = findFile(shores, req.params.id)
    if (!file?.contentType.startsWith('image/')) return void res.sendStatus(404)
    res.type(file.contentType).send(file.data)
  })
  // Only JSON is read: another site's form cannot post it, and its script would have to ask first.
  app.use('/do', express.json({ strict: true }))
  app.post('/do/text', action(textSchema, actions.text))
  app.post('/do/answer', action(answerSchema, actions.answer))
  app.post(
    '/do/switch',
    action(downSchema, ({ service, down }) => actions.setDown(service, down)),
  )
  app.post(
    '/do/play',
    action(playSchema, ({ scene }) => play(scene)),
  )
  app.post('/do/sidebar', sidebarOf(shores.intercom))
  app.get('/console', (_req, res) => res.redirect(consoleUrl()))
  app.use(express.static(FILES))

  const server = createServer(app)
  const url = await listen(server, port)
  return {
    url,
    close() {
      live.stop()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
}

function action<T>(schema: z.ZodType<T>, run: (input: T) => void): RequestHandler {
  return (req, res) => {
    const { success, data } = schema.safeParse(req.body)
    if (!success) return void res.sendStatus(400)
    run(data)
    res.sendStatus(204)
  }
}

/** Server-sent events: everything the page shows, whenever it is not what was sent last. */
function liveState(state: () => State): { handler: RequestHandler; stop(): void } {
  const listeners = new Map<express.Response, string>()
  const look = () => {
    if (listeners.size === 0) return
    const now = JSON.stringify(state())
    for (const [res, last] of listeners) {
      if (last === now) continue
      res.write(`data: ${now}\n\n`)
      listeners.set(res, now)
    }
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    handler(_req, res) {
      res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      listeners.set(res, '')
      res.once('close', () => listeners.delete(res))
      look()
    },
    stop: () => clearInterval(timer),
  }
}

/** Resolves with the address; a port that is taken is given up for any other. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && port !== 0) listen(server, 0).then(resolve, reject)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/`)
    })
  })
}
