import { type SelectQueryBuilder, sql } from 'kysely'
import type { Schema } from './schema.ts'

type Messages<Row> = SelectQueryBuilder<Schema, 'messages' | 'threads', Row>

/** Marks belong to the letter before them. What else SQLite takes for the end of a word is left to its tokenizer. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu
/** Bytes: too many words begin with one or two letters, but not with one or two signs of a script without spaces. */
const SHORTEST_BEGINNING = 3

/**
 * The messages of a list that have all these words, newest first; the last word may be the beginning of one, from three
 * letters on. Case and accents make no difference. Words without a letter or a digit are found nowhere.
 * @param threads only in these; null: in all of them
 */
export function searchMessages<Row>(messages: Messages<Row>, words: string, threads: number[] | null): Messages<Row> {
  return messages
    .innerJoin('messages_text', 'messages_text.rowid', 'messages.id')
    .where(sql<boolean>`messages_text match ${expression(words, threads)}`)
    .orderBy('messages_text.rowid', 'desc')
}

/** In FTS5's language: every word in quotes, so that none of them is an operator. https://sqlite.org/fts5.html#full_text_query_syntax */
function expression(words: string, threads: number[] | null): string {
  const found = words.match(WORD) ?? ['']
  const begun = Buffer.byteLength(found.at(-1) ?? '') >= SHORTEST_BEGINNING ? '*' : ''
  const body = `body : (${found.map(quoted).join(' AND ')}${begun})`
  // A word of each message as well: of those who write much, few write the same.
  return threads === null ? body : `${body} AND thread_id : (${[0, ...threads].map(String).map(quoted).join(' OR ')})`
}

const quoted = (word: string) => `"${word}"`
