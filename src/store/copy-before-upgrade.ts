import { renameSync, rmSync } from 'node:fs'
import { backup } from './backup.ts'

/**
 * Keeps the database as it is beside itself, checked, before its schema is changed: the way back to the version before.
 * The copy has its name only once it is whole; one of an earlier attempt gives way to it.
 * @param schema the one it is about to get
 * @throws Error with a sentence when there can be no copy; nothing has been changed then
 */
export async function copyBeforeUpgrade(file: string, schema: number): Promise<void> {
  if (file === ':memory:') return
  const copy = `${file}.before-schema-${schema}`
  const unfinished = `${copy}.unfinished`
  try {
    rmSync(unfinished, { force: true })
    await backup(file, unfinished)
    renameSync(unfinished, copy)
  } catch (error) {
    rmSync(unfinished, { force: true })
    const reason = error instanceof Error ? error.message : 'unknown error'
    throw new Error(
      `The database is copied to ${copy} before its schema is changed, and that failed: ${reason} ` +
        'Nothing was changed. Make room for the copy, or start the version before.',
      { cause: error },
    )
  }
}
