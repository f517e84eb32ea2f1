import type { Db, Tx } from './database.ts'
import { byId, type Page, pageOf } from './page.ts'

/** Who changes something: a program, a person at the console or the command line, a teammate in Intercom, or the bridge itself. */
export type Actor = 'api' | 'console' | 'cli' | 'bridge' | `agent ${string}`

/** By whom something is done, and when. */
export interface Doer {
  actor: Actor
  /** Unix ms. */
  at: number
}

export interface AuditEntry extends Doer {
  /** What was done, as `opt_out.added`: a thing and a word of the past. */
  action: string
  /** To which row, as `message 12` or `job e7`. */
  target?: string
  /** The customer it was about. */
  phone?: string
  /** What else tells it from others of its kind; never words of a text. */
  details?: Record<string, string | number | boolean | null>
}

/** Writes down who changed what: in the transaction of the change itself, so that there is neither without the other. */
export async function audit(db: Db | Tx, entry: AuditEntry): Promise<void> {
  const { at, actor, action, target = null, phone = null, details = {} } = entry
  await db
    .insertInto('audit')
    .values({ at, actor, action, target, phone, details: JSON.stringify(details) })
    .execute()
}

export interface ShownAuditEntry {
  id: string
  at: string
  actor: string
  action: string
  target: string | null
  phone: string | null
  details: Record<string, string | number | boolean | null>
}

/** Newest first. */
export async function listAudit(
  db: Db | Tx,
  o: { phone?: string | undefined; cursor?: number | undefined; limit: number },
): Promise<Page<ShownAuditEntry>> {
  let query = db
    .selectFrom('audit')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(o.limit + 1)
  if (o.phone) query = query.where('phone', '=', o.phone)
  if (o.cursor) query = query.where('id', '<', o.cursor)
  return pageOf(await query.execute(), {
    limit: o.limit,
    show: ({ id, at, actor, action, target, phone, details }) => ({
      id: String(id),
      at: new Date(at).toISOString(),
      actor,
      action,
      target,
      phone,
      details: JSON.parse(details),
    }),
    cursorOf: byId,
  })
}
