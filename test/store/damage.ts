import { closeSync, openSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Nonsense in the first page of a table, as a failing disk leaves it. Nobody may have the database open. */
export function damage(file: string, table: string): void {
  const db = new Database(file)
  db.pragma('wal_checkpoint(truncate)')
  const size = Number(db.pragma('page_size', { simple: true }))
  const page = Number(db.prepare('select rootpage from sqlite_master where name = ?').pluck().get(table))
  db.close()
  const fd = openSync(file, 'r+')
  writeSync(fd, Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size)
  closeSync(fd)
}
