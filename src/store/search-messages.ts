import { type SelectQueryBuilder, sql } from 'kysely'
import type { Db } from './database.ts'
import { locksRows } from './locks-rows.ts'
import type { Schema } from './schema.ts'

type Messages<Row> = SelectQueryBuilder<Schema, 'messages' | 'threads', Row>

/** Marks belong to the letter before them. What else SQLite takes for the end of a word is left to its tokenizer. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu
/** Bytes: too many words begin with one or two letters, but not with one or two signs of a script without spaces. */
const SHORTEST_BEGINNING = 3

/**
 * The messages of a list that have all these words, newest first; the last word may be the beginning of one, from three
 * letters on. Case makes no difference, nor do accents on SQLite. Words without a letter or a digit are found nowhere.
 * @param threads only in these; null: in all of them
 */
export function searchMessages<Row>(
  db: Db,
  messages: Messages<Row>,
  words: string,
  threads: number[] | null,
): Messages<Row> {
  if (locksRows(db)) return searchPostgres(messages, words, threads)
  return messages
    .innerJoin('messages_text', 'messages_text.rowid', 'messages.id')
    .where(sql<boolean>`messages_text match ${expression(words, threads)}`)
    .orderBy('messages_text.rowid', 'desc')
}

/** https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY: words in quotes are no operators. */
function searchPostgres<Row>(messages: Messages<Row>, words: string, threads: number[] | null): Messages<Row> {
  const found = words.match(WORD) ?? []
  const begun = Buffer.byteLength(found.at(-1) ?? '') >= SHORTEST_BEGINNING ? ':*' : ''
  const query = found.length === 0 ? '' : `${found.map((word) => `'${word}'`).join(' & ')}${begun}`
  const list = messages.where(sql<boolean>`${wordsOf} @@ to_tsquery('simple', ${query})`).orderBy('messages.id', 'desc')
  return threads === null ? list : list.where('messages.thread_id', 'in', [0, ...threads])
}

/** As the index of PostgreSQL has them. */
export const wordsOf = sql`to_tsvector('simple', messages.body)`

/** In FTS5's language: every word in quotes, so that none of them is an operator. https://sqlite.org/fts5.html#full_text_query_syntax */
function expression(words: string, threads: number[] | null): string {
  const found = words.match(WORD) ?? ['']
  const begun = Buffer.byteLength(found.at(-1) ?? '') >= SHORTEST_BEGINNING ? '*' : ''
  const body = `body : (${found.map(quoted).join(' AND ')}${begun})`
  // A word of each message as well: of those who write much, few write the same.
  return threads === null ? body : `${body} AND thread_id : (${[0, ...threads].map(String).map(quoted).join(' OR ')})`
}

const quoted = (word: string) => `"${word}"`
