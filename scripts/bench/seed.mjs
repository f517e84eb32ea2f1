import Database from 'better-sqlite3'
import { openDatabase } from '../../dist/store/database.js'
import { settings } from './settings.mjs'

const DAY_MS = 86_400_000
/** As many rows as one statement writes: enough to be fast, few enough to stay in memory. */
const ROWS = 500_000
/** Twilio's and Intercom's ids are spread over their whole range; evenly and in order they are written fastest. */
const ID_RANGE = 2 ** 32

/**
 * Makes a database as the bridge leaves it behind: `people` are in the conversations they name, and `threads` of others have
 * had their say, `messagesPerThread` texts each with a fact, an effect, an attempt and a charge, all done with.
 * @param o.people as errands/people.mjs answers them
 */
export async function seedDatabase(file, { people = [], threads = 0, messagesPerThread = 0 }) {
  const schema = await openDatabase(`sqlite:${file}`)
  await schema.destroy()
  const db = new Database(file)
  for (const pragma of ['journal_mode = off', 'synchronous = off', 'cache_size = -400000']) db.pragma(pragma)
  const [now, number] = [Date.now(), settings.TWILIO_PHONE_NUMBERS]
  addPeople(db, people, now, number)
  const messages = threads * messagesPerThread
  const spacing = Math.floor(ID_RANGE / Math.max(1, messages))
  const values = { ...whole({ now, spacing, day: DAY_MS, people: people.length, each: messagesPerThread }), number }
  withoutIndexes(db, () => {
    for (const statement of OF_THREADS) repeat(db, statement, threads, values)
    for (const statement of OF_MESSAGES) repeat(db, statement, messages, values)
  })
  db.close()
}

/** The driver takes a JavaScript number for a real one, and 1 / 2 would be 0.5. */
const whole = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, BigInt(value)]))

function addPeople(db, people, now, number) {
  const contact = db.prepare('insert into contacts (customer, contact_id, updated_at) values (?, ?, ?)')
  const thread = db.prepare(
    'insert into threads (number, customer, for_number, conversation_id, created_at, updated_at) values (?, ?, ?, ?, ?, ?)',
  )
  const conversation = db.prepare(
    'insert into conversations (id, thread_id, contact_id, named_number, opened_at, changed_at, created_at) values (?, ?, ?, ?, ?, 0, ?)',
  )
  for (const { customer, contactId, conversationId } of people) {
    contact.run(customer, contactId, now)
    const { lastInsertRowid } = thread.run(number, customer, number, conversationId, now, now)
    conversation.run(conversationId, lastInsertRowid, contactId, number, now, now)
  }
}

/** An index is made faster of what is there than row by row; those of unique columns cannot be taken away. */
function withoutIndexes(db, write) {
  const indexes = db.prepare("select name, sql from sqlite_master where type = 'index' and sql is not null").all()
  for (const { name } of indexes) db.exec(`drop index ${name}`)
  write()
  for (const { sql } of indexes) db.exec(sql)
}

/** Runs `insert into … select … from n` with n.i counting from 0 to `count`. */
function repeat(db, statement, count, values) {
  const numbers = 'with recursive n(i) as (select @from union all select i + 1 from n where i + 1 < @until)'
  const [into, ...select] = statement.split(' select ')
  const insert = db.prepare(`${into} ${numbers} select ${select.join(' select ')}`)
  for (let from = 0; from < count; from += ROWS) {
    insert.run({ ...values, ...whole({ from, until: Math.min(count, from + ROWS) }) })
  }
}

/** Area code 555 is nobody's. */
const CUSTOMER = "printf('+1555%07d', i)"
const CONVERSATION = 'cast(100000000000000 + i as text)'
const CONTACT = "printf('%024x', i)"

const OF_THREADS = [
  `insert into contacts (customer, contact_id, updated_at) select ${CUSTOMER}, ${CONTACT}, @now from n`,
  `insert into threads (number, customer, for_number, conversation_id, created_at, updated_at)
   select @number, ${CUSTOMER}, @number, ${CONVERSATION}, @now, @now from n`,
  `insert into conversations (id, thread_id, contact_id, named_number, opened_at, changed_at, created_at)
   select ${CONVERSATION}, @people + 1 + i, ${CONTACT}, @number, @now, 0, @now from n`,
]

const SID = "printf('SM%08x%024x', i * @spacing, i)"
/** The people's threads come first. */
const THREAD = '@people + 1 + i / @each'
const INBOUND = 'i % 2 = 0'
const AT = '@now - @day'
const WORDS = "'Hi, is my order ready? I could come by at five.'"

const OF_MESSAGES = [
  `insert into messages (thread_id, number, direction, status, channel, body, media, segments, twilio_sid,
     conversation_id, part_id, contact_id, origin, created_at, updated_at)
   select ${THREAD}, @number, iif(${INBOUND}, 'inbound', 'outbound'), iif(${INBOUND}, 'posted', 'delivered'), 'sms',
     ${WORDS}, '[]', 1, ${SID}, cast(100000000000000 + i / @each as text), cast(20000000000 + i as text),
     printf('%024x', i / @each), iif(${INBOUND}, 'customer', 'reply'), ${AT}, ${AT} from n`,
  `insert into facts (key, kind, lane, body, state, received_at)
   select 'sms:' || ${SID}, 'sms.received', printf('inbox:+1555%07d', i / @each),
     json_object('sid', ${SID}, 'from', printf('+1555%07d', i / @each), 'to', @number, 'body', ${WORDS}, 'media', json('[]'),
       'place', json_object('city', 'WASHINGTON', 'state', 'DC', 'country', 'US')),
     'done', ${AT} from n`,
  `insert into effects (kind, lane, message_id, body, state, attempt, started_at, created_at, updated_at)
   select iif(${INBOUND}, 'part.post', 'sms.send'),
     printf(iif(${INBOUND}, 'inbox:+1555%07d', 'phone:+1555%07d'), i / @each), i + 1, '{}', 'done', 1, ${AT}, ${AT}, ${AT} from n`,
  `insert into attempts (effect_id, message_id, step, started_at, ended_at, outcome)
   select i + 1, i + 1, iif(${INBOUND}, 'append part', 'send text'), ${AT}, ${AT}, 'accepted' from n`,
  `insert into charges (sid, message_id, price, created_at) select ${SID}, i + 1, '-0.0079', ${AT} from n`,
]
