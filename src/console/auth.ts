import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { refuse } from './answers.ts'
import type { Sessions } from './session.ts'

export interface BearerOptions {
  /** What a request is answered while no token is configured; default 404, as if there were nothing here at all. */
  unconfigured?: 404 | 401
  /** Somebody came with a token that is not ours. One without any has only lost the way. */
  onWrong?: () => void
}

/**
 * Lets only `Authorization: Bearer <token>` through. Without a token configured nobody gets through.
 * @param tokens several while one takes the place of another
 */
export function bearer(
  tokens: string | readonly string[] = [],
  { unconfigured = 404, onWrong }: BearerOptions = {},
): RequestHandler {
  const expected = [tokens].flat().map(digest)
  return (req, res, next) => {
    if (expected.length === 0 && unconfigured === 404) return next('router')
    const [, given = ''] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
    const known = digest(given)
    // Each is looked at, whichever it is.
    if (expected.filter((token) => timingSafeEqual(known, token)).length > 0) return next()
    if (given !== '') onWrong?.()
    const error = { code: 'unauthorized', message: 'This needs the header "Authorization: Bearer" with the token.' }
    res.status(401).set('www-authenticate', 'Bearer').json({ error })
  }
}

/** Lets programs through with the token, and people with a session of the console. */
export function bearerOrSession(
  token: string | undefined,
  sessions: Sessions | null,
  options: BearerOptions,
): RequestHandler {
  const program = bearer(token, options)
  const person = sessions && inSession(sessions)
  return (req, res, next) => {
    const byToken = !person || req.headers.authorization !== undefined || !req.headers.cookie
    return (byToken ? program : person)(req, res, next)
  }
}

/**
 * Lets only a session of the console through; `res.locals` says which, and in whose name it comes. What changes something
 * must come from our own pages: it carries the session's `x-csrf-token`, and the browser says that no other site sent it.
 */
export function inSession(sessions: Sessions): RequestHandler {
  return async (req, res, next) => {
    const session = await sessions.of(req, res)
    if (!session) return refuse(res, 'unauthorized', 'Sign in at /console.')
    const harmless = req.method === 'GET' || req.method === 'HEAD'
    const ours = fromOurPages(req) && sameText(req.get('x-csrf-token') ?? '', sessions.csrfOf(session))
    if (!harmless && !ours) return refuse(res, 'forbidden')
    Object.assign(res.locals, { session, actor: 'console', caller: session.id })
    next()
  }
}

/** By what browsers say and no page can change: https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site */
export function fromOurPages(req: Request): boolean {
  const site = req.get('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = req.get('origin')
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === req.get('host'))
}

/** In constant time; of equal length, as that needs, are only digests. */
export function sameText(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
