import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { forTheConsole } from './001-console.ts'
import { forOperators } from './001-operators.ts'
import { forPrivacy } from './001-privacy.ts'

/** The first release: facts, effects and lanes; threads, conversations and messages. */
export async function first(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('settings')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute()
  await facts(db)
  await effects(db)
  await lanes(db)
  await people(db)
  await optOuts(db)
  await messages(db)
  await bySelf(db)
  await charges(db)
  await forOperators(db)
  await forPrivacy(db)
  await forTheConsole(db)
}

async function facts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('facts')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('error', 'text')
    .addColumn('trace', 'text')
    .execute()
  await unfinished(db, 'facts', sql`state = 'ready'`)
  await sql`create index facts_dead on facts (id) where state = 'dead'`.execute(db)
}

async function effects(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('effects')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('message_id', 'bigint')
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('request', 'text')
    .addColumn('attempt', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('started_at', 'bigint')
    .addColumn('doubt_at', 'bigint')
    .addColumn('first_doubt_at', 'bigint')
    .addColumn('slot_at', 'double precision')
    .addColumn('lookups', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('resends', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('error', 'text')
    .addColumn('trace', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await unfinished(db, 'effects', sql`state in ('ready', 'sending', 'uncertain')`)
  await sql`create index effects_dead on effects (id) where state = 'dead'`.execute(db)
  await db.schema.createIndex('effects_message').on('effects').column('message_id').execute()

  await db.schema
    .createTable('attempts')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('effect_id', 'bigint', (c) => c.notNull())
    .addColumn('message_id', 'bigint')
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('code', 'text')
    .addColumn('error', 'text')
    .execute()
  await db.schema.createIndex('attempts_message').on('attempts').column('message_id').execute()
}

async function lanes(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('lanes')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('epoch', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema
    .createTable('paces')
    .addColumn('door', 'text', (c) => c.primaryKey())
    .addColumn('next_at', 'double precision', (c) => c.notNull())
    .addColumn('not_before', 'bigint', (c) => c.notNull())
    .addColumn('trouble', 'text')
    .execute()
  await db.schema.createIndex('lanes_due').on('lanes').column('due_at').execute()
  await db.schema
    .createTable('tasks')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('next_at', 'bigint', (c) => c.notNull())
    .execute()
}

async function people(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('contacts')
    .addColumn('customer', 'text', (c) => c.primaryKey())
    .addColumn('contact_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('made_at', 'bigint')
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('contacts_contact').on('contacts').column('contact_id').execute()

  await db.schema
    .createTable('threads')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('customer', 'text', (c) => c.notNull())
    .addColumn('for_number', 'text', (c) => c.notNull())
    .addColumn('conversation_id', 'text')
    .addColumn('prompted_by', 'bigint')
    .addColumn('next_text', 'text')
    .addColumn('handed_over', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('threads_customer_number', ['customer', 'for_number'])
    .execute()
  await db.schema.createIndex('threads_number').on('threads').column('number').execute()

  await db.schema
    .createTable('conversations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('thread_id', 'bigint', (c) => c.notNull())
    .addColumn('contact_id', 'text')
    .addColumn('named_number', 'text', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('replied_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addColumn('changed_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('conversations_thread').on('conversations').columns(['thread_id', 'created_at']).execute()
  await db.schema.createIndex('conversations_contact').on('conversations').column('contact_id').execute()
}

async function messages(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('messages')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('thread_id', 'bigint', (c) => c.notNull())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('media', 'text', (c) => c.notNull())
    .addColumn('segments', 'integer')
    .addColumn('price', 'text')
    .addColumn('price_unit', 'text')
    .addColumn('twilio_sid', 'text', (c) => c.unique())
    .addColumn('conversation_id', 'text')
    .addColumn('part_id', 'text')
    .addColumn('contact_id', 'text')
    .addColumn('error_code', 'text')
    .addColumn('error_message', 'text')
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('request_key', 'text', (c) => c.unique())
    .addColumn('send_at', 'bigint')
    .addColumn('cancel_on_reply', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('title', 'text')
    .addColumn('trace', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('messages_thread').on('messages').columns(['thread_id', 'id']).execute()
  await db.schema.createIndex('messages_conversation').on('messages').columns(['conversation_id', 'id']).execute()
  await sql`create index messages_scheduled on messages (thread_id) where status = 'scheduled'`.execute(db)
  await db.schema.createIndex('messages_part').on('messages').column('part_id').execute()
  await sql`create index messages_priced on messages (id) where price is not null`.execute(db)

  await db.schema.createIndex('messages_created').on('messages').column('created_at').execute()
  await db.schema.createIndex('messages_updated').on('messages').columns(['updated_at', 'created_at']).execute()
  await sql`create index messages_filtered on messages (created_at) where error_code = '30007'`.execute(db)

  await db.schema
    .createTable('notes')
    .addColumn('part_id', 'text', (c) => c.primaryKey())
    .addColumn('conversation_id', 'text', (c) => c.notNull())
    .addColumn('posted_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('notes_conversation').on('notes').columns(['conversation_id', 'posted_at']).execute()

  await db.schema
    .createTable('media')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('part_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('content_type', 'text', (c) => c.notNull())
    .addColumn('data', 'blob', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('media_expiry').on('media').column('expires_at').execute()
}

async function charges(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('charges')
    .addColumn('sid', 'text', (c) => c.primaryKey())
    .addColumn('message_id', 'bigint', (c) => c.notNull())
    .addColumn('price', 'text')
    .addColumn('due_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('charges_message').on('charges').column('message_id').execute()
  await sql`create index charges_due on charges (due_at) where due_at is not null`.execute(db)
}

/** A worker asks for the oldest unfinished row of a lane; finished rows, the vast majority, stay out of the index. */
async function unfinished(db: Kysely<Schema>, table: string, where: ReturnType<typeof sql>): Promise<void> {
  await sql`create index ${sql.raw(`${table}_unfinished`)} on ${sql.table(table)} (lane, id) where ${where}`.execute(db)
}

async function optOuts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('opt_outs')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('customer', 'text', (c) => c.notNull())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', 'text')
    .execute()
  await db.schema.createIndex('opt_outs_customer').on('opt_outs').column('customer').execute()
}

/** What the bridge says by itself. */
async function bySelf(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('automatic_texts')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('customer', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('decided_at', 'bigint', (c) => c.notNull())
    .execute()
  const recent = ['customer', 'decided_at'] as const
  await db.schema
    .createIndex('automatic_texts_customer')
    .on('automatic_texts')
    .columns([...recent])
    .execute()

  await db.schema
    .createTable('surveys')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('thread_id', 'bigint', (c) => c.notNull())
    .addColumn('conversation_id', 'text', (c) => c.notNull())
    .addColumn('message_id', 'bigint')
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('valid_until', 'bigint', (c) => c.notNull())
    .addColumn('answer', 'text')
    .addColumn('answered_at', 'bigint')
    .execute()
  await sql`create index surveys_answered on surveys (answered_at, answer) where answer is not null`.execute(db)
  await db.schema.createIndex('surveys_thread').on('surveys').columns(['thread_id', 'id']).execute()
}
