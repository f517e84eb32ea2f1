import { type Kysely, sql } from 'kysely'
import { locksRows } from '../locks-rows.ts'
import type { Schema } from '../schema.ts'
import { wordsOf } from '../search-messages.ts'
import { uncommon } from '../uncommon.ts'

/** What people look for: words, and texts that went wrong. */
export async function forTheConsole(db: Kysely<Schema>): Promise<void> {
  await sql`create index messages_uncommon on messages (status, id) where ${uncommon}`.execute(db)
  if (locksRows(db)) {
    await sql`create index messages_text on messages using gin (${wordsOf})`.execute(db)
    return
  }
  await sql`create virtual table messages_text using fts5(body, thread_id, content=messages, content_rowid=id)`.execute(
    db,
  )
  // Words that were erased are not to be found in the file any more: https://sqlite.org/fts5.html#the_secure_delete_configuration_option
  await sql`insert into messages_text (messages_text, rank) values ('secure-delete', 1)`.execute(db)
  const leave = `insert into messages_text (messages_text, rowid, body, thread_id) values ('delete', old.id, old.body, old.thread_id)`
  const enter = 'insert into messages_text (rowid, body, thread_id) values (new.id, new.body, new.thread_id)'
  const triggers = { insert: enter, delete: leave, 'update of body': `${leave}; ${enter}` }
  for (const [when, then] of Object.entries(triggers)) {
    const name = `messages_text_${when.split(' ', 1)[0]}`
    await sql`create trigger ${sql.ref(name)} after ${sql.raw(when)} on messages begin ${sql.raw(then)}; end`.execute(
      db,
    )
  }
}
