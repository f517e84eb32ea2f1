import { setImmediate as nextTurn } from 'node:timers/promises'
import { audit, type Doer } from '../store/audit.ts'
import type { Db } from '../store/database.ts'
import { effectsBehind, factsBehind, findPerson, queueSize } from '../store/erase.ts'
import { pseudonymOf } from '../store/erased.ts'
import { type Held, heldInQueue, readPerson } from '../store/export.ts'
import { aboutPerson, addressesOf } from './about-person.ts'
import type { Ctx } from './context.ts'

/** Whoever asked for the export has so long to fetch the files. */
const LINK_LIFE_MS = 7 * 86_400_000
const ROWS_AT_ONCE = 500

interface Parts extends Pick<Ctx, 'now' | 'mediaLink'> {
  db: Db
  /** Told now and then how much of the queue has been looked through, from 0 to 1. */
  report?: (share: number) => void
}

/**
 * Everything held about a number, as JSON: what is known of the person, and what the queue holds, word for word. Files are
 * links that work for a week: a customer's are at Twilio, and an agent's would make a document of hundreds of megabytes.
 * @param address as it is kept; null where nothing is held about it
 */
export async function exportCustomer(o: Parts, address: string, by: Doer): Promise<Held | null> {
  const addresses = addressesOf(address)
  const person = await findPerson(o.db, addresses)
  const known = await readPerson(o.db, person ?? { addresses, conversations: [] })
  if (person === null && known.optOuts.length === 0) return null
  await o.db.transaction().execute(async (tx) => {
    const phone = person === null ? await pseudonymOf(tx, addresses[0] ?? '') : address
    await audit(tx, { ...by, action: 'customer.exported', phone })
  })
  const messages = known.messages.map((message) => ({ ...message, media: withLinks(o, message) }))
  const own = new Set(known.messages.map(({ id }) => Number(id)))
  const isAbout = aboutPerson(person ?? { addresses, contacts: [], conversations: [] })
  const size = await queueSize(o.db)
  const tell = (id: number) => o.report?.(size === 0 ? 1 : id / size)
  const facts = await found((after: number) => factsBehind(o.db, after, ROWS_AT_ONCE), isAbout, tell)
  const effects = await found(
    (after: number) => effectsBehind(o.db, after, ROWS_AT_ONCE),
    (row) => isAbout(row) || (row.message_id !== null && own.has(row.message_id)),
    (id) => tell(facts.upTo + id),
  )
  return {
    phone: address,
    exportedAt: new Date(o.now()).toISOString(),
    ...known,
    messages,
    /** What Twilio and Intercom told. */
    received: facts.rows.map(heldInQueue),
    /** What was made of it, or is still to be done. */
    jobs: effects.rows.map(heldInQueue),
  }
}

function withLinks(o: Parts, { id, media }: { id: string; media: { url: string; contentType: string }[] }) {
  const until = o.now() + LINK_LIFE_MS
  return media.map((item, index) => {
    const [, file] = /^file:(\d+)$/.exec(item.url) ?? []
    const what = file === undefined ? { message: Number(id), index } : { file: Number(file) }
    return { ...item, link: o.mediaLink(what, until) }
  })
}

async function found<Row extends { id: number }>(
  read: (after: number) => Promise<Row[]>,
  isTheirs: (row: NoInfer<Row>) => boolean,
  seen: (id: number) => void,
): Promise<{ rows: Row[]; upTo: number }> {
  const rows: Row[] = []
  for (let upTo = 0; ; ) {
    const some = await read(upTo)
    rows.push(...some.filter(isTheirs))
    upTo = some.at(-1)?.id ?? upTo
    seen(upTo)
    await nextTurn()
    if (some.length < ROWS_AT_ONCE) return { rows, upTo }
  }
}
