import type { Tx } from './database.ts'

/** Our number and a customer's address, with the Intercom conversation they are in now. */
export interface Thread {
  id: number
  /** What replies leave from. */
  number: string
  customer: string
  conversationId: string | null
  /** The text sent by program that the customer's next one answers. */
  promptedBy: number | null
  /** What an agent wants of the customer's next text: a conversation of its own, or this one whatever its age. */
  nextText: 'new' | 'keep' | null
}

const columns = [
  'threads.id',
  'threads.number',
  'threads.customer',
  'threads.conversation_id as conversationId',
  'threads.prompted_by as promptedBy',
  'threads.next_text as nextText',
] as const

/** The thread of these two addresses, made if there is none yet. */
export async function threadOf(tx: Tx, number: string, customer: string, now: number): Promise<Thread> {
  const known = await findThread(tx, customer, number)
  return known ?? make(tx, { number, customer, for_number: number, conversation_id: null }, now)
}

/**
 * The one thread of a customer with all our numbers, made if there is none yet. A new one goes on where the customer's
 * threads with single numbers were last. `number` is what replies leave from until the customer texts another.
 */
export async function threadOfCustomer(tx: Tx, number: string, customer: string, now: number): Promise<Thread> {
  const known = await findThread(tx, customer, '')
  if (known) return known
  const latest = await tx
    .selectFrom('threads')
    .select('conversation_id')
    .where('customer', '=', customer)
    .where('conversation_id', 'is not', null)
    .orderBy('updated_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const thread = await make(
    tx,
    { number, customer, for_number: '', conversation_id: latest?.conversation_id ?? null },
    now,
  )
  await tx
    .updateTable('conversations')
    .set({ thread_id: thread.id })
    .where('thread_id', 'in', (e) => e.selectFrom('threads').select('threads.id').where('customer', '=', customer))
    .execute()
  return thread
}

/** @param forNumber empty: the thread with all our numbers */
export async function findThread(tx: Tx, customer: string, forNumber: string): Promise<Thread | null> {
  const row = await tx
    .selectFrom('threads')
    .select(columns)
    .where('customer', '=', customer)
    .where('for_number', '=', forNumber)
    .executeTakeFirst()
  return row ?? null
}

async function make(
  tx: Tx,
  thread: { number: string; customer: string; for_number: string; conversation_id: string | null },
  now: number,
): Promise<Thread> {
  await tx
    .insertInto('threads')
    .values({ ...thread, created_at: now, updated_at: now })
    .onConflict((c) => c.columns(['customer', 'for_number']).doNothing())
    .execute()
  const made = await findThread(tx, thread.customer, thread.for_number)
  if (!made) throw new Error('A thread that was just made is not there')
  return made
}

/** From now on replies leave from this number of ours. */
export async function setNumber(tx: Tx, threadId: number, number: string, now: number): Promise<void> {
  await tx.updateTable('threads').set({ number, updated_at: now }).where('id', '=', threadId).execute()
}

/** Every thread of a customer, whichever number of ours it is with. */
export async function threadsOf(tx: Tx, customer: string): Promise<Thread[]> {
  return tx.selectFrom('threads').select(columns).where('customer', '=', customer).execute()
}

export async function threadById(tx: Tx, id: number): Promise<Thread> {
  return tx.selectFrom('threads').select(columns).where('id', '=', id).executeTakeFirstOrThrow()
}

/** The thread that is, or ever was, in this conversation. */
export async function threadOfConversation(tx: Tx, conversationId: string): Promise<Thread | null> {
  const row = await tx
    .selectFrom('conversations')
    .innerJoin('threads', 'threads.id', 'conversations.thread_id')
    .select(columns)
    .where('conversations.id', '=', conversationId)
    .executeTakeFirst()
  return row ?? null
}

/** From now on the thread is in this conversation, whatever an agent had wanted of the next text. */
export async function enterConversation(
  tx: Tx,
  thread: Thread,
  conversation: { id: string; contactId: string },
  now: number,
): Promise<void> {
  await tx
    .insertInto('conversations')
    .values({
      id: conversation.id,
      thread_id: thread.id,
      contact_id: conversation.contactId,
      // The note it begins with names it.
      named_number: thread.number,
      opened_at: now,
      // Whatever Intercom tells of it came later, also by a clock that is behind ours.
      changed_at: 0,
      created_at: now,
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
  await setConversation(tx, thread.id, conversation.id, now)
}

/** The conversation is gone, or not to be used any more: the next text opens a new one. */
export async function leaveConversation(tx: Tx, conversationId: string, now: number): Promise<void> {
  await tx
    .updateTable('threads')
    .set({ conversation_id: null, updated_at: now })
    .where('conversation_id', '=', conversationId)
    .where('id', 'in', (e) => e.selectFrom('conversations').select('thread_id').where('id', '=', conversationId))
    .execute()
}

async function setConversation(tx: Tx, threadId: number, conversationId: string, now: number): Promise<void> {
  await tx
    .updateTable('threads')
    .set({ conversation_id: conversationId, next_text: null, updated_at: now })
    .where('id', '=', threadId)
    .execute()
}

/** What is to become of the customer's next text; null: whatever the conversation's age says. */
export async function setNextText(tx: Tx, threadId: number, next: Thread['nextText']): Promise<void> {
  await tx.updateTable('threads').set({ next_text: next }).where('id', '=', threadId).execute()
}

/** The customer's next text goes on in this conversation of theirs, whatever its age and whatever a program texted before. */
export async function keepConversation(tx: Tx, threadId: number, conversationId: string, now: number): Promise<void> {
  await setConversation(tx, threadId, conversationId, now)
  await setNextText(tx, threadId, 'keep')
  await setPrompt(tx, threadId, null)
}

/** When the conversation was closed (Unix ms), null while it is open. */
export async function closingTime(tx: Tx, conversationId: string): Promise<number | null> {
  const row = await tx
    .selectFrom('conversations')
    .select('closed_at')
    .where('id', '=', conversationId)
    .executeTakeFirst()
  return row?.closed_at ?? null
}

/** The conversation a thread is in, if it is open. */
export async function openConversationOf(tx: Tx, { conversationId }: Thread): Promise<string | null> {
  const closed = conversationId === null || (await closingTime(tx, conversationId)) !== null
  return closed ? null : conversationId
}

/** Notifications come in any order: one that is older than what is known changes nothing. `at` in Unix ms. */
export async function setClosed(tx: Tx, conversationId: string, closed: boolean, at: number): Promise<void> {
  await tx
    .updateTable('conversations')
    .set((e) => ({
      closed_at: closed ? at : null,
      changed_at: at,
      ...(closed
        ? {}
        : { opened_at: e.case().when('closed_at', 'is', null).then(e.ref('opened_at')).else(e.val(at)).end() }),
    }))
    .where('id', '=', conversationId)
    .where('changed_at', '<=', at)
    .execute()
}

/** Ids of every conversation a thread of this customer has been in, whichever number of ours it was. */
export async function conversationsOf(tx: Tx, customer: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversations')
    .innerJoin('threads', 'threads.id', 'conversations.thread_id')
    .select('conversations.id')
    .where('threads.customer', '=', customer)
    .execute()
  return rows.map((row) => row.id)
}

export interface EarlierConversations {
  count: number
  /** The latest ones, newest first; `openedAt` in Unix ms. */
  latest: { id: string; openedAt: number }[]
}

/** The conversations a customer was in before this one, whichever number of ours it was. */
export async function earlierConversations(
  tx: Tx,
  customer: string,
  o: { before: string; latest: number },
): Promise<EarlierConversations> {
  const earlier = tx
    .selectFrom('conversations')
    .innerJoin('threads', 'threads.id', 'conversations.thread_id')
    .where('threads.customer', '=', customer)
    .where('conversations.id', '!=', o.before)
  const latest = await earlier
    .select(['conversations.id', 'conversations.created_at as openedAt'])
    .orderBy('conversations.created_at', 'desc')
    .limit(o.latest)
    .execute()
  const { count } = await earlier.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return { count: Number(count), latest }
}

/** A program has texted the customer (a message's id), or what comes next is no answer to that (null). */
export async function setPrompt(tx: Tx, threadId: number, messageId: number | null): Promise<void> {
  await tx.updateTable('threads').set({ prompted_by: messageId }).where('id', '=', threadId).execute()
}

/** Nobody can answer this text: it never came. */
export async function endPrompt(tx: Tx, threadId: number, messageId: number): Promise<void> {
  await tx
    .updateTable('threads')
    .set({ prompted_by: null })
    .where('id', '=', threadId)
    .where('prompted_by', '=', messageId)
    .execute()
}

/** People answer in the thread's conversation, and the responder is not asked; or it may be asked again. */
export async function setHandedOver(tx: Tx, threadId: number, handedOver: boolean): Promise<void> {
  await tx
    .updateTable('threads')
    .set({ handed_over: handedOver ? 1 : 0 })
    .where('id', '=', threadId)
    .execute()
}

export async function isHandedOver(tx: Tx, threadId: number): Promise<boolean> {
  const row = await tx.selectFrom('threads').select('handed_over').where('id', '=', threadId).executeTakeFirst()
  return row?.handed_over === 1
}

/** Our number that a customer was in touch with last; null for somebody new. */
export async function lastNumber(tx: Tx, customer: string): Promise<string | null> {
  const row = await tx
    .selectFrom('threads')
    .select('number')
    .where('customer', '=', customer)
    .orderBy('updated_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.number ?? null
}
