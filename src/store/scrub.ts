import { pragmasBeside } from './beside-loop.ts'
import { sqliteFile } from './database.ts'

/**
 * Deleted rows are overwritten in the file (`secure_delete`), but their last version still stands in the write-ahead log:
 * it is written into the file and emptied. Most of it is done without keeping anybody out. Where somebody else is busy with
 * the log it stays for the next time; PostgreSQL has its own VACUUM.
 * https://sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export async function scrub(url: string): Promise<void> {
  if (!url.startsWith('sqlite:') || url === 'sqlite::memory:') return
  const pragmas = ['busy_timeout = 5000', 'wal_checkpoint(PASSIVE)', 'wal_checkpoint(TRUNCATE)']
  await pragmasBeside(sqliteFile(url), pragmas, { readonly: false })
}
