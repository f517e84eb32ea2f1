import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express'
import helmet from 'helmet'
import { bearer, bearerOrSession } from './console/auth.ts'
import type { Sessions } from './console/session.ts'
import { type Log, onePerSecond } from './log.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void

export interface Routes {
  twilioInbound: Handler
  twilioStatus: Handler
  intercom: Handler
  canvas: { initialize: Handler; submit: Handler }
  media: Handler
  metrics: RequestHandler
  /** Under /api/v1; answers 404 without CONSOLE_TOKEN. */
  api: Router
  consoleToken: string | undefined
  /** Under /console; null without CONSOLE_TOKEN. */
  console: { routes: Router; sessions: Sessions } | null
  /** Answers 404 without SERIES_TOKEN. */
  series: Router
  seriesTokens: readonly string[]
  /** Somebody came to `metrics`, `series` or `api` with a token that is not ours. */
  onWrongToken: (route: string) => void
  /** Why the bridge cannot work; empty when it can. */
  troubles: () => Promise<string[]>
}

/**
 * Everything the bridge answers. The webhooks, spelled exactly as they are configured at the vendors, are answered before
 * Express, whose share of an acknowledgement is twice that of the webhook itself; any other spelling goes the way of all
 * requests.
 */
export function createApp(routes: Routes, log: Log): RequestListener {
  const app = mount(routes, log)
  const webhooks = new Map([
    ['POST /webhooks/twilio/inbound', routes.twilioInbound],
    ['POST /webhooks/twilio/status', routes.twilioStatus],
    ['POST /webhooks/intercom', routes.intercom],
  ])
  return async (req, res) => {
    const webhook = webhooks.get(`${req.method} ${req.url?.split('?', 1)[0]}`)
    if (!webhook) return app(req, res)
    try {
      await webhook(req, res)
    } catch (err) {
      log.error({ err }, 'A request failed')
      res.destroy()
    }
  }
}

function mount(routes: Routes, log: Log): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.post('/webhooks/twilio/inbound', routes.twilioInbound)
  app.post('/webhooks/twilio/status', routes.twilioStatus)
  app.post('/webhooks/intercom', routes.intercom)
  app.head('/webhooks/intercom', routes.intercom)
  app.all(['/webhooks/twilio/inbound', '/webhooks/twilio/status'], onlyAllow('POST'))
  app.all('/webhooks/intercom', onlyAllow('HEAD, POST'))
  app.post('/canvas/initialize', routes.canvas.initialize)
  app.post('/canvas/submit', routes.canvas.submit)
  app.all(['/canvas/initialize', '/canvas/submit'], onlyAllow('POST'))
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  app.get('/readyz', async (_req, res) => {
    const reasons = await routes.troubles()
    res.status(reasons.length > 0 ? 503 : 200).json({ status: reasons.length > 0 ? 'unready' : 'ready', reasons })
  })
  app.get('/media/:token', routes.media)
  app.use(helmet())
  const onWrong = wrongTokens(routes, log)
  app.get('/metrics', bearer(routes.consoleToken, { unconfigured: 401, onWrong: onWrong('metrics') }), routes.metrics)
  const json = express.json({ limit: '1mb' })
  const series = bearer(routes.seriesTokens, { onWrong: onWrong('series') })
  app.use('/webhooks/intercom/series', Router().use(series, json, routes.series))
  const sessions = routes.console?.sessions ?? null
  const operators = bearerOrSession(routes.consoleToken, sessions, { onWrong: onWrong('api') })
  app.use('/api/v1', Router().use(operators, json, routes.api))
  if (routes.console) app.use('/console', routes.console.routes)
  app.use((_req, res) => void res.status(404).json({ error: { code: 'not_found', message: 'There is nothing here.' } }))
  app.use(errorPage(log))
  return app
}

const WRONG_TOKEN = 'If it is one of yours, it has an old CONSOLE_TOKEN or SERIES_TOKEN; else somebody is trying doors.'

/** Whoever tries tokens is counted, and named in the log by what they try. */
function wrongTokens({ onWrongToken }: Routes, log: Log) {
  const mayLog = onePerSecond(() => performance.now())
  return (route: string) => () => {
    onWrongToken(route)
    if (mayLog(route)) log.warn({ route, hint: WRONG_TOKEN }, 'wrong token refused')
  }
}

function onlyAllow(methods: string): Handler {
  return (_req, res) => void res.writeHead(405, { allow: methods, 'content-length': 0 }).end()
}

const CODES: Record<number, string> = { 413: 'too_large', 500: 'internal' }

/** No stack traces, no details: what went wrong is in the log. */
function errorPage(log: Log) {
  return (err: unknown, _req: Request, res: Response, _next: NextFunction) => {
    const given = typeof err === 'object' && err !== null && 'status' in err ? Number(err.status) : 500
    const status = given >= 400 && given < 500 ? given : 500
    if (status === 500) log.error({ err }, 'A request failed')
    if (res.headersSent) return void res.destroy()
    const message = status === 500 ? 'Something went wrong; the log says what.' : 'The request could not be read.'
    res.status(status).json({ error: { code: CODES[status] ?? 'bad_request', message } })
  }
}

/** Longer than proxies keep idle connections (nginx and Amazon's load balancers: 60 s): they let go first, or lose a request. */
const IDLE_MS = 75_000

/** Resolves with the port once it listens. */
export function listen(app: RequestListener, host: string, port: number): Promise<{ server: Server; port: number }> {
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: IDLE_MS }
  // Node looks every 30 seconds for requests that are over these limits, unless it is told to look more often.
  const server = createServer({ ...limits, connectionsCheckingInterval: 1_000 }, app)
  server.maxConnections = 5_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve({ server, port: typeof address === 'object' && address ? address.port : port })
    })
  })
}
