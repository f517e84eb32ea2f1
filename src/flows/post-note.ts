import { addEffects } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import { sameWords } from '../rules/same-words.ts'
import type { Tx } from '../store/database.ts'
import { type Thread, threadById } from '../store/threads.ts'
import { CLOCK_SKEW_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'

interface Note {
  threadId: number
  /** Where it belongs; absent: wherever the thread is by then. */
  conversationId?: string
  html: string
}

interface NoteRequest {
  conversationId: string
  html: string
}

/** A thread whose first conversation is still being opened has no place for a note yet. */
const LOOK_AGAIN_MS = 2000

/** Tells the agent something, once. */
export async function addNote(
  ctx: Ctx,
  tx: Tx,
  note: { thread: Thread; messageId: number | null; html: string; conversationId?: string | null },
): Promise<void> {
  const { thread, messageId, html, conversationId } = note
  const body: Note = { threadId: thread.id, html, ...(conversationId ? { conversationId } : {}) }
  await addEffects(tx, [{ kind: 'note.post', lane: laneOf.desk(thread.customer), messageId, body }], ctx.now())
}

export function postNote(ctx: Ctx): EffectFlow {
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    async plan(tx, effect) {
      const note: Note = JSON.parse(effect.body)
      const conversationId = note.conversationId ?? (await threadById(tx, note.threadId)).conversationId
      if (!conversationId) return { waitUntil: ctx.now() + LOOK_AGAIN_MS }
      return { step: 'post note', request: { conversationId, html: note.html } }
    },
    steps: { 'post note': step(ctx) },
  }
}

function step(ctx: Ctx): Step<NoteRequest, { partId: string | null }> {
  return {
    repeatable: false,
    send: ({ conversationId, html }) => ctx.intercom.postNote({ conversationId, html }),
    accepted: async () => 'done',
    refused: async () => 'dead',
    async lookup({ conversationId, html }, startedAt) {
      const conversation = await ctx.intercom.getConversation(conversationId)
      const since = startedAt - CLOCK_SKEW_MS
      const note = conversation?.parts.find(
        (p) => p.partType === 'note' && p.createdAt >= since && sameWords(p.body ?? '', html),
      )
      return note ? { partId: note.id } : null
    },
  }
}
