import { createHash } from 'node:crypto'
import { Kysely, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { Pool, PoolConfig } from 'pg'
import { BridgeDialect } from './postgres-dialect.ts'
import { isStale, reportedOrLost, UnfitDatabase, whyNotPostgres } from './postgres-failure.ts'
import type { Schema } from './schema.ts'

/** Enough to share the waits for the disk; five instances stay within the hundred that PostgreSQL allows by default. */
const CONNECTIONS = 12
/** A service that waits for us is told within its own patience that nothing can be stored. */
const CONNECT_MS = 4000
/** A transaction has no business waiting for anything but the database: whoever stops in the middle of one lets go soon. */
const IDLE_MS = 5000
const LOCK_MS = 8000
const STATEMENT_MS = 15_000
const LIMITS = `
  set idle_in_transaction_session_timeout = ${IDLE_MS};
  set lock_timeout = ${LOCK_MS};
  set statement_timeout = ${STATEMENT_MS}`
/** The server keeps the times above; this one is for a server that is not there any more. */
const SILENCE_MS = 20_000

/** In characters; those that are longer hold lists, and are hardly ever the same again. */
const LONGEST_PREPARED = 1500

/** https://www.postgresql.org/docs/current/catalog-pg-type.html: bigint and numeric, which the driver leaves as text. */
const NUMBERS = new Set([20, 1700])

export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:/.test(url)

/**
 * A database that other instances use as well. What is asked of it as of any database runs alone in each of its
 * transactions, as on SQLite; units of work, which know whom they are about, run at the same time on `units`.
 */
export class PostgresDb extends Kysely<Schema> {
  readonly units: Kysely<Schema>
  readonly #before: (() => Promise<void>)[] = []

  constructor(pool: PostgresPool) {
    super({ dialect: new BridgeDialect(pool, { alone: true }) })
    this.units = new Kysely<Schema>({ dialect: new BridgeDialect(pool, { alone: false }) })
  }

  /** Something that has to end before the connections do. */
  closeFirst(close: () => Promise<void>): void {
    this.#before.push(close)
  }

  override async destroy(): Promise<void> {
    await Promise.all(this.#before.splice(0).map((close) => close()))
    await super.destroy()
  }
}

/**
 * Connects to `postgres://…`; nothing is made or changed.
 * @throws Error with a sentence when it cannot be reached, or cannot keep what it acknowledges
 */
export async function connectPostgres(url: string): Promise<PostgresDb> {
  const { Pool, types } = (await import('pg')).default
  const pool = new Pool({
    ...connectionTo(url),
    max: CONNECTIONS,
    // Not as parameters of the connection, which PgBouncer would refuse.
    onConnect: (client) => client.query(LIMITS),
    // Our numbers are ids, counts and times: all within what JavaScript holds exactly.
    types: { getTypeParser: (type, format) => (NUMBERS.has(type) ? Number : types.getTypeParser(type, format)) },
  })
  // Whoever uses a connection hears of its end by what was asked on it; without a listener it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new PostgresDb(tellingOfLoss(pool))
  try {
    await refuseForgetful(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error instanceof UnfitDatabase ? error : new Error(whyNotPostgres(error), { cause: error })
  }
}

/** How every connection of ours is made. */
export function connectionTo(url: string): PoolConfig {
  return {
    connectionString: url,
    application_name: 'intercom-twilio-bridge',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    query_timeout: SILENCE_MS,
  }
}

/**
 * What makes an acknowledgement worthless is refused: a commit that does not wait for the disk
 * (https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT), and an encoding without
 * most of what people text.
 */
async function refuseForgetful(db: PostgresDb): Promise<void> {
  const { rows } = await sql<{ commit: string; encoding: string }>`
    select current_setting('synchronous_commit') as commit, current_setting('server_encoding') as encoding`.execute(db)
  const { commit, encoding } = rows[0] ?? { commit: '', encoding: '' }
  if (commit === 'off') {
    throw new UnfitDatabase(
      'synchronous_commit is off: a commit that was acknowledged could be lost.',
      'Set it to on (or remote_apply) for this database and user, and start again.',
    )
  }
  if (encoding !== 'UTF8') {
    throw new UnfitDatabase(
      `The database is encoded as ${encoding}.`,
      "Create it with ENCODING 'UTF8': texts hold any character.",
    )
  }
}

/** A connection that breaks says so in many ways, or in none that could be told from a mistake of ours. */
function tellingOfLoss(pool: Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect().catch(reportedOrLost)
      let stale = false
      async function query(text: string, values: readonly unknown[]) {
        try {
          return await client.query({ ...named(text, values), text, values: values.map(storable) })
        } catch (error) {
          stale ||= isStale(error)
          return reportedOrLost(error)
        }
      }
      return { query, release: (broken = false) => client.release(broken || stale) } as unknown as PostgresPoolClient
    },
    end: () => pool.end(),
  }
}

/** Prepared under its name, a statement is read and planned once for each connection; lists of any length are not. */
function named(text: string, values: readonly unknown[]): { name?: string } {
  if (values.length === 0 || text.length > LONGEST_PREPARED) return {}
  return { name: createHash('sha1').update(text).digest('base64url') }
}

/** PostgreSQL has no character 0 in its texts: https://www.postgresql.org/docs/current/datatype-character.html */
const storable = (value: unknown) => (typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value)
