import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'

/**
 * Lets only `Authorization: Bearer <token>` through. Without a token configured nobody gets through: by default as if
 * there were nothing here at all.
 * @param tokens several while one takes the place of another
 */
export function bearer(tokens: string | readonly string[] = [], unconfigured: 404 | 401 = 404): RequestHandler {
  const expected = [tokens].flat().map(digest)
  return (req, res, next) => {
    if (expected.length === 0 && unconfigured === 404) return next('router')
    const [, given = ''] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
    const known = digest(given)
    // Each is looked at, whichever it is.
    if (expected.filter((token) => timingSafeEqual(known, token)).length > 0) return next()
    const error = { code: 'unauthorized', message: 'This needs the header "Authorization: Bearer" with the token.' }
    res.status(401).set('www-authenticate', 'Bearer').json({ error })
  }
}

/** Digests are of equal length, as the constant-time comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
