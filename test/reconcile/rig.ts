import type { ListedSms } from '../../src/flows/ports.ts'
import { createInbox, type NewFact } from '../../src/queue/inbox.ts'
import { createReconciler, type Reconciler } from '../../src/reconcile/reconcile.ts'
import { createCommit } from '../../src/store/commit.ts'
import { keepTime, readTime } from '../../src/store/settings.ts'
import { enterConversation, threadOf } from '../../src/store/threads.ts'
import { type Flows, MARIA, NOW, SUPPORT, startFlows } from '../support/flows.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const INSTALLED = NOW - 30 * HOUR

type Side = 'twilio' | 'intercom'

export interface Rig extends Flows {
  reconciler: Reconciler
  /** What was recorded, in its order: kind, key and body. */
  facts(): Promise<{ kind: string; key: string; body: Record<string, unknown> }[]>
  /** Since when each side was asked, newest last. */
  asked: Record<Side, number[]>
  /** From now on the facts do not get onto the disk. */
  failing: boolean
  /** When the last look at this side began. */
  cursor(side: Side): Promise<number | null>
  setCursor(side: Side, at: number): Promise<void>
  /** Maria's conversation, with these parts as Intercom sends them. */
  conversation(id: string, parts: object[], openedAt?: number): Promise<void>
}

/** Reconciliation on a database in memory, between two services in the hand; it was installed thirty hours ago. */
export async function startRig(yaml = '', config: Parameters<typeof startFlows>[1] = {}): Promise<Rig> {
  const flows = await startFlows(yaml, config)
  const { db, ctx, clock, twilio, intercom } = flows
  await keepTime(db, 'installed', INSTALLED)
  const conversations = new Map<string, object>()
  const asked: Rig['asked'] = { twilio: [], intercom: [] }
  const inbox = createInbox({ commit: createCommit(db), now: () => clock.now, wake: () => {} })
  twilio.list = async ({ to, from, since }) => {
    asked.twilio.push(since)
    const fits = (sms: ListedSms) => (to === undefined || sms.to === to) && (from === undefined || sms.from === from)
    return twilio.listed.filter((sms) => fits(sms) && sms.createdAt >= since)
  }
  intercom.changedConversations = async (since) => {
    asked.intercom.push(since)
    return [...conversations.keys()].map((id) => ({ id, begunAt: null }))
  }
  intercom.readConversation = async (id) => conversations.get(id) ?? null

  const rig: Rig = {
    ...flows,
    asked,
    failing: false,
    reconciler: createReconciler({ ctx, db, record: (facts) => record(facts) }),
    async facts() {
      const rows = await db.selectFrom('facts').select(['kind', 'key', 'body']).orderBy('id').execute()
      return rows.map((row) => ({ ...row, body: JSON.parse(row.body) }))
    },
    cursor: (side) => readTime(db, `reconciled.${side}`),
    setCursor: (side, at) => keepTime(db, `reconciled.${side}`, at),
    async conversation(id, parts, openedAt = INSTALLED) {
      const contacts = { contacts: [{ id: 'contact-1' }] }
      conversations.set(id, { type: 'conversation', id, contacts, conversation_parts: { conversation_parts: parts } })
      await flows.tx(async (tx) => {
        const thread = await threadOf(tx, SUPPORT, MARIA, NOW)
        await enterConversation(tx, thread, { id, contactId: 'contact-1' }, openedAt)
      })
    },
  }
  return rig

  function record(facts: NewFact[]): Promise<void> {
    return rig.failing ? Promise.reject(new Error('The disk is full')) : inbox.record(facts)
  }
}

let sids = 0
/** A text as Twilio lists it; Maria's to us unless it says otherwise. */
export function listed(sms: Partial<ListedSms> = {}): ListedSms {
  const createdAt = sms.createdAt ?? sms.sentAt ?? NOW - HOUR
  return {
    sid: `SM${String(++sids).padStart(32, '0')}`,
    status: 'received',
    segments: 1,
    price: null,
    priceUnit: 'USD',
    direction: 'inbound',
    from: MARIA,
    to: SUPPORT,
    body: 'Hello?',
    mediaCount: 0,
    serviceSid: null,
    errorCode: null,
    createdAt,
    sentAt: createdAt,
    ...sms,
  }
}

let parts = 0
/** A part as Intercom sends it: Sam's comment, an hour ago, unless it says otherwise. */
export function part(body: string | null, more: { type?: string; author?: object; at?: number } = {}) {
  const { type = 'comment', author = { type: 'admin', id: '100' }, at = NOW - HOUR } = more
  return { id: String(++parts), part_type: type, body, author, created_at: Math.floor(at / 1000), attachments: [] }
}
