import { isPostgresFailure } from './postgres-failure.ts'
import { isSqliteFailure } from './sqlite.ts'

/** The storage failed, not what was to be stored: the same write may work later. */
export const isStorageFailure = (error: unknown): boolean => isSqliteFailure(error) || isPostgresFailure(error)
