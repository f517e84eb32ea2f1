import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'

/** Lets only `Authorization: Bearer CONSOLE_TOKEN` through; without a token configured there is nothing here at all. */
export function bearer(token: string | undefined): RequestHandler {
  const expected = token ? digest(token) : null
  return (req, res, next) => {
    if (!expected) return next('router')
    const [, given = ''] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
    if (timingSafeEqual(digest(given), expected)) return next()
    const error = { code: 'unauthorized', message: 'This needs the header "Authorization: Bearer" with CONSOLE_TOKEN.' }
    res.status(401).set('www-authenticate', 'Bearer').json({ error })
  }
}

/** Digests are of equal length, as the constant-time comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
