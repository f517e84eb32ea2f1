import { createHmac, randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Db } from '../store/database.ts'
import { endSession, hasEnded } from '../store/ended-sessions.ts'
import { sameText } from './auth.ts'

/** Nobody was there for so long: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html */
const IDLE_MS = 30 * 60_000
/** Whatever happens, the token is asked for again after a working day. */
const LONGEST_MS = 12 * 3_600_000
/** The prefix makes browsers refuse the cookie from other hosts and without encryption. */
const COOKIE = '__Host-console'
const COOKIE_FORM = /(?:^|;\s*)__Host-console=(([\w-]{22})\.(\d{1,16})\.(\d{1,16}))\.([\w-]{43})(?:;|$)/
/** The cookie need not be newer than that. */
const RENEW_MS = 60_000
/** A request that the page makes by itself: it keeps nobody signed in. */
export const BACKGROUND = 'x-background'

export interface Session {
  id: string
  /** Unix ms. */
  begunAt: number
  /** Unix ms when it ends unless somebody does something before, and when it ends in any case. */
  idleAt: number
  endsAt: number
}

/**
 * Who is signed in to the console. A session is its signed cookie, so that it holds for every instance of the bridge and
 * across restarts, also while nothing can be written; only those that were ended by hand are written down.
 */
export interface Sessions {
  /** Begins a session and sets its cookie. */
  begin(res: Response): Session
  /** Null without a session in force. A request of a person prolongs it. */
  of(req: Request, res: Response): Promise<Session | null>
  /** Nobody goes on with the cookie, nor with a copy of it. */
  end(session: Session, res: Response): Promise<void>
  /** What a request of this session that changes something has to carry. */
  csrfOf(session: Session): string
}

/** @param key of this deployment; with another token all sessions are over */
export function createSessions(o: { db: Db; now: () => number; key: string; token: string }): Sessions {
  const secret = createHmac('sha256', o.key).update(o.token).digest()
  const sign = (what: string) => createHmac('sha256', secret).update(what).digest('base64url')

  function give(res: Response, id: string, begunAt: number, seenAt: number): Session {
    const session = sessionOf(id, begunAt, seenAt)
    const claim = `${id}.${begunAt}.${seenAt}`
    const maxAge = session.endsAt - seenAt
    res.cookie(COOKIE, `${claim}.${sign(claim)}`, { ...FLAGS, maxAge })
    return session
  }

  return {
    begin: (res) => give(res, randomBytes(16).toString('base64url'), o.now(), o.now()),
    async of(req, res) {
      const [, claim = '', id = '', begunAt, seenAt, given = ''] = COOKIE_FORM.exec(req.headers.cookie ?? '') ?? []
      if (!sameText(given, sign(claim))) return null
      const session = sessionOf(id, Number(begunAt), Number(seenAt))
      if (o.now() >= Math.min(session.idleAt, session.endsAt) || (await hasEnded(o.db, id))) return null
      const prolonged = !req.headers[BACKGROUND] && o.now() - Number(seenAt) >= RENEW_MS
      return prolonged ? give(res, id, session.begunAt, o.now()) : session
    },
    async end(session, res) {
      res.clearCookie(COOKIE, FLAGS)
      await endSession(o.db, session.id, { until: session.endsAt, now: o.now() })
    },
    csrfOf: ({ id }) => sign(`csrf ${id}`),
  }
}

const FLAGS = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const

function sessionOf(id: string, begunAt: number, seenAt: number): Session {
  const endsAt = begunAt + LONGEST_MS
  return { id, begunAt, idleAt: Math.min(seenAt + IDLE_MS, endsAt), endsAt }
}
