import { addEffects } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import { sameWords } from '../rules/same-words.ts'
import type { Tx } from '../store/database.ts'
import { keepNote, notesOf } from '../store/notes.ts'
import { type Thread, threadById } from '../store/threads.ts'
import { CLOCK_SKEW_MS, MISTAKABLE_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'

interface Note {
  html: string
  /** Where it belongs; absent: wherever the thread is by then. */
  conversationId?: string
  threadId?: number
}

interface NoteRequest {
  conversationId: string
  html: string
  /** Our other notes: two failures may be told in the same words, and one must not pass for the other. */
  known: string[]
}

/** Tells the agent something, once. */
export async function addNote(
  ctx: Pick<Ctx, 'now'>,
  tx: Tx,
  note: {
    thread: Thread
    messageId: number | null
    html: string
    /** Default: wherever the thread is by then. */
    conversationId?: string | null
    /** The inbox lane for what belongs right after a customer's text; default the desk's, where nothing waits for it. */
    lane?: string
  },
): Promise<void> {
  const { thread, messageId, html, conversationId, lane = laneOf.desk(thread.customer) } = note
  const body: Note = { threadId: thread.id, html, ...(conversationId ? { conversationId } : {}) }
  await addEffects(tx, [{ kind: 'note.post', lane, messageId, body }], ctx.now())
}

/** Tells the agents of a conversation something, once, also where it is none of ours. */
export async function addNoteIn(
  ctx: Pick<Ctx, 'now'>,
  tx: Tx,
  { conversationId, html, lane }: { conversationId: string; html: string; lane: string },
): Promise<void> {
  const body: Note = { conversationId, html }
  await addEffects(tx, [{ kind: 'note.post', lane, body }], ctx.now())
}

export function postNote(ctx: Ctx): EffectFlow {
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    async plan(tx, effect) {
      const note: Note = JSON.parse(effect.body)
      const conversationId = note.conversationId ?? (await whereThreadIs(tx, note.threadId))
      // The text it belongs to could not be posted, so there is nobody to tell.
      if (!conversationId) return 'nothing to do'
      const known = await notesOf(tx, conversationId, ctx.now() - MISTAKABLE_MS)
      return { step: 'post note', request: { conversationId, html: note.html, known } }
    },
    steps: { 'post note': step(ctx) },
    gaveUp: async () => 'dead',
  }
}

async function whereThreadIs(tx: Tx, threadId?: number): Promise<string | null> {
  return threadId === undefined ? null : (await threadById(tx, threadId)).conversationId
}

function step(ctx: Ctx): Step<NoteRequest, { partId: string | null }> {
  return {
    repeatable: false,
    send: ({ conversationId, html }) => ctx.intercom.postNote({ conversationId, html }),
    async accepted(tx, _effect, { conversationId }, { partId }) {
      if (partId) await keepNote(tx, conversationId, partId, ctx.now())
      return 'done'
    },
    async lookup({ conversationId, html, known }, startedAt) {
      const conversation = await ctx.intercom.getConversation(conversationId)
      const since = startedAt - CLOCK_SKEW_MS
      const note = conversation?.parts.find(
        (p) => p.partType === 'note' && p.createdAt >= since && !known.includes(p.id) && sameWords(p.body ?? '', html),
      )
      return note ? { partId: note.id } : null
    },
  }
}
