import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDatabase, type Tx } from '../../src/store/database.ts'

/** A folder of its own, gone after `use`. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-store-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** An empty database with a transaction open in it, let go of after `use`. */
export async function inDatabase<T>(
  newDatabase: () => Promise<string>,
  use: (tx: Tx, db: Db) => Promise<T>,
): Promise<T> {
  const db = await openDatabase(await newDatabase())
  try {
    return await db.transaction().execute((tx) => use(tx, db))
  } finally {
    await db.destroy()
  }
}

/** The same in memory. */
export const inMemory = <T>(use: (tx: Tx, db: Db) => Promise<T>) => inDatabase(async () => 'sqlite::memory:', use)
