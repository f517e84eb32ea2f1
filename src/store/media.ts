import { randomBytes } from 'node:crypto'
import type { Db, Tx } from './database.ts'
import { settingOr } from './settings.ts'

/** What links to files are signed with: made up once, the same for all processes. */
export const mediaKey = (db: Db): Promise<string> =>
  settingOr(db, 'media.key', () => randomBytes(32).toString('base64url'))

export interface KeptFile {
  id: number
  name: string
  contentType: string
  size: number
}

/** Keeps an agent's attachment for `/media/:token`: Intercom's own links expire within half an hour. */
export async function keepFile(
  tx: Tx,
  partId: string,
  file: { name: string; contentType: string; data: Buffer },
  expiresAt: number,
): Promise<KeptFile> {
  const { name, contentType, data } = file
  const row = await tx
    .insertInto('media')
    .values({ part_id: partId, name, content_type: contentType, data, expires_at: expiresAt })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id: row.id, name, contentType, size: data.length }
}

/** Null when there is none, or its time is over. */
export async function readKeptFile(db: Db, id: number, now: number) {
  const row = await db
    .selectFrom('media')
    .select(['name', 'content_type as contentType', 'data'])
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row ?? null
}

export async function dropExpiredFiles(db: Db, now: number): Promise<void> {
  await db.deleteFrom('media').where('expires_at', '<=', now).execute()
}
