import express, { type Request, type Response, Router } from 'express'
import helmet from 'helmet'
import { z } from 'zod'
import type { Ctx } from '../flows/context.ts'
import type { Log } from '../log.ts'
import { mark } from '../queue/observe.ts'
import { audit } from '../store/audit.ts'
import { readMessage } from '../store/read-messages.ts'
import { trailOf } from '../store/trail.ts'
import { parse, refuse, rowOf } from './answers.ts'
import { fromOurPages, inSession, sameText } from './auth.ts'
import { createLockOut } from './lock-out.ts'
import { servePages } from './serve-pages.ts'
import { type HealthParts, healthOf } from './services.ts'
import type { Session, Sessions } from './session.ts'

export interface ConsoleParts extends HealthParts {
  log: Log
  token: string
  sessions: Sessions
  /** Where a conversation is in Intercom. */
  conversationUrl: (id: string) => string
  mediaLink: Ctx['mediaLink']
}

const MEDIA_LINK_MS = 3_600_000

/** No inline code or style, nothing of anybody else, in nobody's frame: https://owasp.org/www-project-secure-headers/ */
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

const SIGN_IN = z.strictObject({ token: z.string().max(1000) })

/** The pages under /console, and what they need besides the operator API. Everything but the pages needs a session. */
export function consoleRoutes(o: ConsoleParts): Router {
  const routes = Router()
  routes.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: POLICY } }))
  servePages(routes)
  routes.use((_req, res, next) => {
    res.set('cache-control', 'no-store')
    next()
  })
  routes.post('/session', express.json({ limit: '10kb' }), signIn(o))
  routes.use(inSession(o.sessions))
  routes.get('/session', (_req, res) => void res.json(about(o, res.locals.session)))
  routes.delete('/session', async (_req, res) => {
    await o.sessions.end(res.locals.session, res)
    await noteDown(o, 'session.ended')
    res.status(204).end()
  })
  routes.get('/pulse', async (_req, res) => void res.json({ mark: await mark(o.db) }))
  routes.get('/health', async (_req, res) => void res.json(await healthOf(o)))
  routes.get('/messages/:id', (req, res) => oneMessage(o, req, res))
  return routes
}

function signIn(o: ConsoleParts) {
  const lockOut = createLockOut(o.now)
  return async (req: Request, res: Response) => {
    const address = req.socket.remoteAddress ?? ''
    const wait = lockOut.wait(address)
    if (wait > 0) {
      res.set('retry-after', String(wait))
      return refuse(res, 'locked', `Too many wrong tokens. Try again in ${inMinutes(wait)}.`)
    }
    if (!fromOurPages(req)) return refuse(res, 'forbidden')
    const given = parse(SIGN_IN, req.body ?? {}, res)
    if (!given) return
    if (!sameText(given.token, o.token)) {
      lockOut.wrong(address)
      o.log.warn('somebody tried to sign in to the console with a wrong token')
      await noteDown(o, 'session.refused')
      return refuse(res, 'wrong_token')
    }
    lockOut.right(address)
    o.log.info('somebody signed in to the console')
    await noteDown(o, 'session.begun')
    res.json(about(o, o.sessions.begin(res)))
  }
}

/** Also while nothing can be written people must be able to look what is wrong. */
async function noteDown(o: ConsoleParts, action: string): Promise<void> {
  try {
    await audit(o.db, { actor: 'console', action, at: o.now() })
  } catch (err) {
    o.log.error({ err, action }, 'Could not be written into the audit')
  }
}

function inMinutes(seconds: number): string {
  return seconds > 60 ? `${Math.ceil(seconds / 60)} minutes` : 'a minute'
}

/** What the pages need to know of their session. */
function about({ sessions, conversationUrl }: ConsoleParts, session: Session) {
  return {
    csrf: sessions.csrfOf(session),
    idleAt: new Date(session.idleAt).toISOString(),
    endsAt: new Date(session.endsAt).toISOString(),
    conversations: conversationUrl(''),
  }
}

/** A message with all that is known of its way, and links to its files that work for an hour. */
async function oneMessage(o: ConsoleParts, req: Request, res: Response): Promise<void> {
  const id = rowOf(String(req.params.id))
  const message = await readMessage(o.db, id)
  if (!message) return refuse(res, 'not_found')
  const until = o.now() + MEDIA_LINK_MS
  const link = (url: string, index: number) => {
    if (url.startsWith('file:')) return o.mediaLink({ file: Number(url.slice(5)) }, until)
    return message.direction === 'inbound' ? o.mediaLink({ message: id, index }, until) : url
  }
  const files = message.media.map((file, index) => ({ ...file, url: link(file.url, index) }))
  res.json({ ...message, media: files, trail: await trailOf(o.db, id) })
}
