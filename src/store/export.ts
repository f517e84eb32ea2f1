import type { Db } from './database.ts'
import type { EffectRow, FactRow, Person } from './erase.ts'
import { namesOf } from './erased.ts'
import { allMessages } from './read-messages.ts'

/** A row as it is kept: names as the API writes them, times as ISO 8601. */
export type Held = Record<string, unknown>

const TIME = /(_at|_until)$/

export function held(row: object): Held {
  const entries = Object.entries(row).map(([name, value]) => {
    const shown = TIME.test(name) && typeof value === 'number' ? new Date(value).toISOString() : value
    return [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), shown]
  })
  return Object.fromEntries(entries)
}

/** Everything that is kept of a person but what the queue holds, oldest first. */
export async function readPerson(db: Db, { addresses, conversations }: Pick<Person, 'addresses' | 'conversations'>) {
  const threads = db.selectFrom('threads').selectAll().where('customer', 'in', addresses)
  const ids = db.selectFrom('threads').select('id').where('customer', 'in', addresses)
  const names = (await Promise.all(addresses.map((address) => namesOf(db, address)))).flat()
  const notes = db
    .selectFrom('notes')
    .selectAll()
    .where('conversation_id', 'in', ['', ...conversations])
  return {
    contacts: await all(db.selectFrom('contacts').selectAll().where('customer', 'in', addresses)),
    threads: await all(threads.orderBy('id')),
    conversations: await all(db.selectFrom('conversations').selectAll().where('thread_id', 'in', ids)),
    messages: await allMessages(db, addresses),
    optOuts: await all(db.selectFrom('opt_outs').selectAll().where('customer', 'in', names).orderBy('id')),
    surveys: await all(db.selectFrom('surveys').selectAll().where('thread_id', 'in', ids).orderBy('id')),
    automaticTexts: await all(db.selectFrom('automatic_texts').selectAll().where('customer', 'in', addresses)),
    notes: await all(notes),
    audit: await all(db.selectFrom('audit').selectAll().where('phone', 'in', names).orderBy('id')),
  }
}

async function all(query: { execute(): Promise<object[]> }): Promise<Held[]> {
  return (await query.execute()).map(held)
}

/** What a webhook said, or what is to be done, with its body read. */
export function heldInQueue({ body, ...row }: FactRow | EffectRow): Held {
  return { ...held(row), body: JSON.parse(body) }
}
