import { existsSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import { type Db, openDatabase, sqliteFile, type Tx } from './database.ts'
import { markMoved } from './moved.ts'
import { isPostgresUrl } from './postgres.ts'
import { whyNotPostgres } from './postgres-failure.ts'
import { isStorageFailure } from './storage-failure.ts'

/** Any table, whichever there are. */
type Tables = Record<string, Record<string, unknown>>

/** Agents' files have some megabytes each. */
const ROWS_AT_ONCE: Record<string, number> = { media: 4 }
const USUAL_ROWS = 500

export interface Moved {
  table: string
  rows: number
}

/**
 * Moves all that a bridge has kept from SQLite to an empty PostgreSQL database, in one transaction there: it has all of it,
 * counted, or nothing. Afterwards a bridge refuses to work on the file.
 * @param o.onRows is told how many rows are done, of how many
 * @throws Error with a sentence when the bridge still runs, there is nothing to move, or no room for it; then everything is
 * as it was
 */
export async function moveDatabase(
  from: string,
  to: string,
  o: { now: () => number; onRows: (done: number, all: number) => void },
): Promise<Moved[]> {
  if (!from.startsWith('sqlite:') || !isPostgresUrl(to)) {
    throw new Error('Data is moved from sqlite:<path> to postgres://user:password@host:5432/database, in this order.')
  }
  const file = sqliteFile(from)
  // Opening it would make it.
  if (!existsSync(file)) throw new Error(`There is no database ${file}.`)
  const source = await openDatabase(from)
  try {
    const target = await openDatabase(to)
    try {
      const moved = await target.transaction().execute((tx) => copyAll(source, tx, o.onRows))
      await markMoved(source, o.now())
      return moved
    } catch (error) {
      throw isStorageFailure(error) ? new Error(whyNotPostgres(error), { cause: error }) : error
    } finally {
      await target.destroy()
    }
  } finally {
    await source.destroy()
  }
}

async function copyAll(db: Db, tx: Tx, onRows: (done: number, all: number) => void): Promise<Moved[]> {
  const source = db as unknown as Kysely<Tables>
  const target = tx as unknown as Kysely<Tables>
  const tables: Moved[] = []
  for (const table of await tablesOf(target)) {
    if ((await count(target, table)) > 0) {
      throw new Error('The PostgreSQL database holds data of a bridge already. Name an empty one: nothing is mixed.')
    }
    tables.push({ table, rows: await count(source, table) })
  }
  const all = tables.reduce((sum, { rows }) => sum + rows, 0)
  let done = 0
  for (const { table, rows } of tables) {
    await copyTable(source, target, table, (copied) => onRows(done + copied, all))
    done += rows
    const there = await count(target, table)
    if (there !== rows) throw new Error(`Of ${rows} rows of ${table} ${there} arrived; nothing was moved.`)
  }
  await goOnCounting(source, target)
  // Nobody works on a lane here yet.
  await tx.updateTable('lanes').set({ lease_owner: null, lease_until: null }).execute()
  return tables
}

/** Those of the target: SQLite has more of them, in which it looks for words. */
async function tablesOf(target: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_name <> 'migrations' order by table_name`.execute(target)
  return rows.map(({ name }) => name)
}

async function count(db: Kysely<Tables>, table: string): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(db)
  return rows[0]?.rows ?? 0
}

async function copyTable(
  source: Kysely<Tables>,
  target: Kysely<Tables>,
  table: string,
  onCopied: (copied: number) => void,
): Promise<void> {
  let [after, copied] = [0, 0]
  for (;;) {
    const { rows } = await sql<Record<string, unknown>>`
      select rowid as place_in_file, * from ${sql.table(table)} where rowid > ${after}
      order by rowid limit ${ROWS_AT_ONCE[table] ?? USUAL_ROWS}`.execute(source)
    if (rows.length === 0) return
    after = Number(rows.at(-1)?.place_in_file)
    await target
      .insertInto(table)
      .values(rows.map(({ place_in_file: _, ...row }) => row))
      .execute()
    copied += rows.length
    onCopied(copied)
  }
}

/** A number is never given twice, also where the row that had it is gone: the markers of our calls are made of them. */
async function goOnCounting(source: Kysely<Tables>, target: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`.execute(source)
  for (const { name, seq } of rows) {
    if (seq > 0) await sql`select setval(pg_get_serial_sequence(${name}, 'id'), ${seq})`.execute(target)
  }
}
