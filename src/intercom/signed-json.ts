import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../http-body.ts'
import { parseJson } from '../json.ts'
import { type Log, onePerSecond } from '../log.ts'
import type { Verify } from './signature.ts'

export type IntercomRefusal = 'wrong_type' | 'too_large' | 'signature' | 'malformed'

export interface SignedJsonParts {
  secrets: readonly string[]
  /** The header that carries the signature, in lower case, and what it must be. */
  header: string
  verify: Verify
  /** What the log calls such a request. */
  called: string
  log: Log
  onRefused?: ((reason: IntercomRefusal) => void) | undefined
  /** Milliseconds of any steady clock; only spaces log lines. */
  now?: (() => number) | undefined
}

export interface SignedJson {
  /** The parsed body of a request that Intercom signed; undefined when it was refused, and answered, or broken off. */
  read(req: IncomingMessage, res: ServerResponse): Promise<unknown>
  refuse(res: ServerResponse, reason: IntercomRefusal): void
}

const BODY = { type: /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i, maxBytes: 1024 * 1024 }
const STATUS_OF: Record<IntercomRefusal, number> = { wrong_type: 415, too_large: 413, signature: 401, malformed: 400 }
const HINTS: Partial<Record<IntercomRefusal, string>> = {
  signature: 'If Intercom sent this, INTERCOM_CLIENT_SECRET is not the client secret of the app.',
}

/** The door for whatever Intercom signs: the raw bytes are verified before anything is made of them. */
export function signedJson(o: SignedJsonParts): SignedJson {
  const mayLog = onePerSecond(o.now ?? (() => performance.now()))

  function refuse(res: ServerResponse, reason: IntercomRefusal): void {
    o.onRefused?.(reason)
    if (mayLog(reason)) o.log.warn({ reason, hint: HINTS[reason] }, `${o.called} refused`)
    answer(res, STATUS_OF[reason])
  }

  return {
    refuse,
    async read(req, res) {
      const body = await readBody(req, BODY)
      if (body === 'gone') return undefined
      if (typeof body === 'string') return refuse(res, body)
      // Node joins repeated headers with a comma, which is no valid signature.
      const header = req.headers[o.header]
      const signed = { secrets: o.secrets, body, header: typeof header === 'string' ? header : undefined }
      if (!o.verify(signed)) return refuse(res, 'signature')
      const payload = parseJson(body.toString())
      return payload === undefined ? refuse(res, 'malformed') : payload
    },
  }
}

/** Without a body. */
export function answer(res: ServerResponse, status: number): void {
  res.writeHead(status, { 'content-length': 0 }).end()
}
