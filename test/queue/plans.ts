import { join } from 'node:path'
import { jest } from '@jest/globals'
import Database from 'better-sqlite3'
import { openDatabase } from '../../src/store/database.ts'
import { withFolder } from '../store/temporary.ts'

/** Whatever is asked of the database while `ask` runs, and how SQLite goes about it. */
export async function plansOf(
  ask: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>,
  which = /^(select|update)/,
): Promise<string[]> {
  return withFolder(async (folder) => {
    const file = join(folder, 'bridge.db')
    const db = await openDatabase(`sqlite:${file}`)
    const prepared = jest.spyOn(Database.prototype, 'prepare')
    await ask(db)
    const texts = prepared.mock.calls.map(([text]) => text).filter((text) => which.test(text))
    prepared.mockRestore()
    await db.destroy()
    const beside = new Database(file)
    const explain = (text: string) => {
      const values: unknown[] = Array.from({ length: text.split('?').length - 1 }, () => 1)
      return beside.prepare<unknown[], { detail: string }>(`explain query plan ${text}`).all(...values)
    }
    const details = texts.flatMap(explain).map(({ detail }) => detail)
    beside.close()
    return details
  })
}
