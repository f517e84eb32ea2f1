import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { replaceBody } from '../queue/jobs.ts'
import { startedKey } from '../rules/agent-reply.ts'
import { customerErased } from '../rules/notes.ts'
import type { TeamEvent } from '../rules/team-events.ts'
import { audit, type Doer } from '../store/audit.ts'
import type { Db, Tx } from '../store/database.ts'
import * as rows from '../store/erase.ts'
import { conversationName, forgetKeys, forgottenAs, pseudonymOf } from '../store/erased.ts'
import { type Counts, countGone, finishErasure, openErasures, readErasure, requestErasure } from '../store/erasures.ts'
import { hideOptOuts } from '../store/opt-outs.ts'
import { aboutPerson, addressesOf, lanesOf } from './about-person.ts'
import type { Telling } from './announce.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { addNoteIn } from './post-note.ts'
import { redactTexts } from './redact-text.ts'

export interface EraserParts extends Pick<Ctx, 'now' | 'log'> {
  db: Db
  /** There may be new work. */
  wake: () => void
  /** What the database still has of deleted rows goes as well. */
  scrub: () => Promise<void>
  /** Told now and then how much of the queue has been looked through, from 0 to 1. */
  report?: (share: number) => void
}

export interface Erased {
  /** How many rows of what are gone; `canceled`: texts that will not be sent. */
  erased: Counts
  /** What is under way and goes as soon as its outcome is known. */
  pending: number
}

export interface Eraser {
  /**
   * Erases everything held about a number. A text that is being sent is waited for, then goes as well: by {@link goOn}
   * where that takes longer.
   * @param address as it is kept; null where nothing is held about it
   */
  erase(address: string, o: { atTwilio: boolean; by: Doer }): Promise<Erased | null>
  /** Goes on with what was cut off or had to wait. */
  goOn(): Promise<void>
}

/** So many rows are looked through between two turns of the event loop; a transaction writes no more. */
const ROWS_AT_ONCE = 500
const MESSAGES_AT_ONCE = 100
/** So long whoever asks waits for calls that are under way. */
const LOOKS = 20
const LOOK_AGAIN_MS = 100

/** Up to where the queue has been looked through and holds nothing of the person. */
interface Cursor {
  effects: number
  facts: number
}

export function createEraser(o: EraserParts): Eraser {
  const cursors = new Map<number, Cursor>()
  const running = new Set<number>()

  /** How much has to wait; 0 when the erasure is finished. */
  async function pass(id: number): Promise<number> {
    const cursor = cursors.get(id) ?? { effects: 0, facts: 0 }
    cursors.set(id, cursor)
    const waiting = await erasePass(o, id, cursor)
    if (waiting > 0) return waiting
    cursors.delete(id)
    await o.scrub()
    return 0
  }

  async function alone<T>(id: number, work: () => Promise<T>): Promise<T> {
    running.add(id)
    try {
      return await work()
    } finally {
      running.delete(id)
    }
  }

  return {
    async erase(address, { atTwilio, by }) {
      const id = await begin(o, address, atTwilio, by)
      if (id === null) return null
      const pending = await alone(id, async () => {
        for (let look = 1; ; look++) {
          o.wake()
          const waiting = await pass(id)
          if (waiting === 0 || look === LOOKS) return waiting
          await wait(LOOK_AGAIN_MS)
        }
      })
      o.wake()
      return { erased: (await readErasure(o.db, id)).counts, pending }
    },
    async goOn() {
      for (const id of await openErasures(o.db)) {
        if (!running.has(id)) await alone(id, () => pass(id))
        o.wake()
      }
    },
  }
}

/** Written down, and nothing new is begun for the person. */
function begin(o: EraserParts, address: string, atTwilio: boolean, by: Doer): Promise<number | null> {
  const addresses = addressesOf(address)
  return o.db.transaction().execute(async (tx) => {
    const person = await rows.findPerson(tx, addresses)
    if (person === null) return null
    const subject = await pseudonymOf(tx, addresses[0] ?? '')
    const id = await requestErasure(tx, { subject, person, atTwilio }, o.now())
    await audit(tx, {
      ...by,
      action: 'customer.erased',
      target: `erasure ${id}`,
      phone: subject,
      details: { atTwilio },
    })
    await countGone(tx, id, { canceled: await rows.cancelUnsent(tx, addresses, o.now()) })
    return id
  })
}

async function erasePass(o: EraserParts, id: number, cursor: Cursor): Promise<number> {
  const { person: asked, atTwilio } = await readErasure(o.db, id)
  if (asked === null) return 0
  const person = await stillThere(o.db, asked)
  const size = await rows.queueSize(o.db)
  const tell = (upTo: number) => o.report?.(size === 0 ? 1 : upTo / size)
  const effects = await sweepEffects(o, id, person, { from: cursor.effects, tell })
  const facts = await sweepFacts(o, id, person, { from: cursor.facts, tell: (upTo) => tell(effects.upTo + upTo) })
  Object.assign(cursor, { effects: effects.upTo, facts: facts.upTo })
  while ((await eraseMessages(o, id, person, atTwilio)) > 0) await nextTurn()
  const waiting = effects.waiting + facts.waiting + (await rows.countMessages(o.db, person.addresses))
  if (waiting > 0) return waiting
  return (await finish(o, id, person)) ? 0 : 1
}

/** A conversation may have begun since it was asked for. */
async function stillThere(db: Db, asked: rows.Person): Promise<rows.Person> {
  const now = await rows.findPerson(db, asked.addresses)
  return {
    addresses: asked.addresses,
    contacts: [...new Set([...asked.contacts, ...(now?.contacts ?? [])])],
    conversations: [...new Set([...asked.conversations, ...(now?.conversations ?? [])])],
  }
}

/** Where a sweep begins, and who is told how far it has come. */
interface Sweep {
  from: number
  tell: (upTo: number) => void
}

interface Swept {
  waiting: number
  upTo: number
}

async function sweepEffects(o: EraserParts, id: number, person: rows.Person, how: Sweep): Promise<Swept> {
  const isAbout = aboutPerson(person)
  const messages = new Set(await rows.messageIds(o.db, person.addresses))
  const isTheirs = (row: rows.EffectRow) => isAbout(row) || (row.message_id !== null && messages.has(row.message_id))
  return sweep(
    how,
    (after: number) => rows.effectsBehind(o.db, after, ROWS_AT_ONCE),
    isTheirs,
    (found) =>
      o.db.transaction().execute(async (tx) => {
        const shared = await keepOthersNews(tx, found, isAbout)
        const own = found.filter((row) => !shared.has(row.id))
        const gone = await rows.deleteEffects(
          tx,
          own.map((row) => row.id),
        )
        await countGone(tx, id, { jobs: gone })
        return own.length - gone
      }),
  )
}

/** A digest may tell of several people: what it tells of the others stays. Returns the ids of those that stay. */
async function keepOthersNews(
  tx: Tx,
  found: rows.EffectRow[],
  isAbout: (row: { lane: string; body: string }) => boolean,
): Promise<Set<number>> {
  const kept = new Set<number>()
  for (const { id, kind, state, body } of found) {
    if (!kind.startsWith('notification.') || (state !== 'ready' && state !== 'dead')) continue
    const telling: Telling = JSON.parse(body)
    const events = telling.events.filter((event: TeamEvent) => !isAbout({ lane: '', body: JSON.stringify(event) }))
    if (events.length === 0) continue
    await replaceBody(tx, id, { ...telling, events })
    kept.add(id)
  }
  return kept
}

async function sweepFacts(o: EraserParts, id: number, person: rows.Person, how: Sweep): Promise<Swept> {
  return sweep(
    how,
    (after: number) => rows.factsBehind(o.db, after, ROWS_AT_ONCE),
    aboutPerson(person),
    (found) =>
      o.db.transaction().execute(async (tx) => {
        const keys = await rows.deleteFacts(
          tx,
          found.map((row) => row.id),
        )
        await forgetKeys(tx, keys.map(forgottenAs), o.now())
        await countGone(tx, id, { facts: keys.length })
        return found.length - keys.length
      }),
  )
}

/** @param erase what was found; returns how many of them have to wait */
async function sweep<Row extends { id: number }>(
  { from, tell }: Sweep,
  read: (after: number) => Promise<Row[]>,
  isTheirs: (row: NoInfer<Row>) => boolean,
  erase: (found: Row[]) => Promise<number>,
): Promise<Swept> {
  let waiting = 0
  let firstWaiting: number | null = null
  for (let after = from; ; ) {
    const some = await read(after)
    const found = some.filter(isTheirs)
    const left = found.length > 0 ? await erase(found) : 0
    if (left > 0) firstWaiting ??= found[0]?.id ?? null
    waiting += left
    after = some.at(-1)?.id ?? after
    tell(after)
    await nextTurn()
    if (some.length < ROWS_AT_ONCE) return { waiting, upTo: firstWaiting === null ? after : firstWaiting - 1 }
  }
}

/** Some of their messages, the oldest first. Returns how many. */
function eraseMessages(o: EraserParts, id: number, person: rows.Person, atTwilio: boolean): Promise<number> {
  return o.db.transaction().execute(async (tx) => {
    const gone = await rows.messagesAtRest(tx, person.addresses, MESSAGES_AT_ONCE)
    const sids = await rows.deleteMessages(tx, gone, gone.flatMap(partKeys), o.now())
    const redacted = atTwilio ? sids : []
    await redactTexts(o, tx, redacted, laneOf.redaction(`erasure ${id}`))
    await countGone(tx, id, { messages: gone.length, redactedAtTwilio: redacted.length })
    return gone.length
  })
}

/** What Intercom may yet tell of a message, or again. */
export function partKeys({ part_id: part }: rows.GoneMessage): string[] {
  return part === null ? [] : [`seen:${part}`, `reply:${part}`, `note:${part}`]
}

/** Nothing is under way: the rest goes at once. False when something has come meanwhile. */
function finish(o: EraserParts, id: number, person: rows.Person): Promise<boolean> {
  const { addresses, contacts, conversations } = person
  return o.db.transaction().execute(async (tx) => {
    await rows.lockLanes(tx, lanesOf(person))
    if ((await rows.countMessages(tx, addresses)) > 0) return false
    const open = await rows.openConversations(tx, addresses)
    const counts: Counts = { ...(await rows.deleteRest(tx, person)) }
    counts.optOutsKept = 0
    for (const address of addresses) {
      counts.optOutsKept += await hideOptOuts(tx, address)
      await rows.hideInAudit(tx, address, await pseudonymOf(tx, address))
    }
    const keys = conversations.flatMap((one) => [conversationName(one), `seen:source:${one}`, startedKey(one)])
    await forgetKeys(tx, [...keys, ...contacts.map((one) => `contact:created:${one}`)], o.now())
    await rows.deleteLanes(tx, lanesOf(person))
    await countGone(tx, id, counts)
    await finishErasure(tx, id, o.now())
    for (const one of open) {
      await addNoteIn(o, tx, { conversationId: one, html: customerErased(), lane: laneOf.conversation(one) })
    }
    o.log.info({ erasure: id }, 'a customer is erased')
    return true
  })
}
