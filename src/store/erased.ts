import { createHmac, randomBytes } from 'node:crypto'
import type { Db, Tx } from './database.ts'
import { inParts } from './in-parts.ts'
import { readSetting, settingOr } from './settings.ts'

/** Where the key of the hashes is kept: it is made when the first thing is forgotten. */
const SECRET = 'erasure.key'
const PSEUDONYM = 'erased:'

/** As many as go into one statement. */
const AT_ONCE = 500

/** From now on these keys are known to be of something that is gone: whatever brings them again brings nothing back. */
export async function forgetKeys(tx: Tx, keys: string[], now: number): Promise<void> {
  if (keys.length === 0) return
  const secret = await secretOf(tx)
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const some = keys.slice(from, from + AT_ONCE)
    await tx
      .insertInto('erased')
      .values(some.map((key) => ({ hash: hashOf(secret, key), erased_at: now })))
      .onConflict((c) => c.column('hash').doNothing())
      .execute()
  }
}

/** Which of these keys were of something that is gone. */
export async function forgotten(db: Db | Tx, keys: string[]): Promise<Set<string>> {
  const secret = await readSetting(db, SECRET)
  if (secret === null) return new Set()
  const byHash = new Map(keys.map((key) => [hashOf(secret, key), key]))
  const rows = await inParts([...byHash.keys()], (some) =>
    db.selectFrom('erased').select('hash').where('hash', 'in', some).execute(),
  )
  return new Set(rows.flatMap(({ hash }) => byHash.get(hash) ?? []))
}

export async function isForgotten(db: Db | Tx, key: string): Promise<boolean> {
  return (await forgotten(db, [key])).has(key)
}

/** What stands for a customer's address where something about it must be kept: the same for the same address. */
export async function pseudonymOf(db: Db | Tx, customer: string): Promise<string> {
  return PSEUDONYM + hashOf(await secretOf(db), customer)
}

/** The names under which something about a customer may be kept: the address itself, and its pseudonym once there are any. */
export async function namesOf(db: Db | Tx, customer: string): Promise<string[]> {
  const secret = await readSetting(db, SECRET)
  return secret === null ? [customer] : [customer, PSEUDONYM + hashOf(secret, customer)]
}

export const isPseudonym = (customer: string): boolean => customer.startsWith(PSEUDONYM)

/** A fact's key, as it is forgotten: whatever Twilio says of a text later is about that text. */
export const forgottenAs = (factKey: string): string => factKey.replace(/^status:([^:]+):.*$/s, 'sms:$1')

/** Of a conversation whose customer is gone: a reply in it is not texted, and its agents are told so. */
export const conversationName = (id: string): string => `conversation:${id}`

/** A requester's key: the same key again makes no second message. */
export const requestName = (key: string): string => `request:${key}`

const secretOf = (db: Db | Tx) => settingOr(db, SECRET, () => randomBytes(32).toString('base64url'))

/** Without the key nobody can try numbers until one fits. 128 bits are enough to tell any two apart. */
function hashOf(secret: string, key: string): string {
  return createHmac('sha256', secret).update(key).digest().subarray(0, 16).toString('base64url')
}
