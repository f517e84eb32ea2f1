import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'

/**
 * Lets only `Authorization: Bearer <token>` through. Without a token configured nobody gets through: by default as if
 * there were nothing here at all.
 */
export function bearer(token: string | undefined, unconfigured: 404 | 401 = 404): RequestHandler {
  const expected = token ? digest(token) : null
  return (req, res, next) => {
    if (!expected && unconfigured === 404) return next('router')
    const [, given = ''] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
    if (expected && timingSafeEqual(digest(given), expected)) return next()
    const error = { code: 'unauthorized', message: 'This needs the header "Authorization: Bearer" with the token.' }
    res.status(401).set('www-authenticate', 'Bearer').json({ error })
  }
}

/** Digests are of equal length, as the constant-time comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
