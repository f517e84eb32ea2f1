import { VendorError } from '../errors.ts'
import type { Effect, Step } from '../queue/work.ts'
import { mediaNotFetched } from '../rules/notes.ts'
import { sameWords } from '../rules/same-words.ts'
import { findContact, forgetContact, keepContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { type Message, type MessageMedia, updateMessage } from '../store/messages.ts'
import { leaveConversation, setClosed, type Thread } from '../store/threads.ts'
import { messageOf } from './about.ts'
import { CLOCK_SKEW_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import { partPosted } from './part-posted.ts'
import type { File } from './ports.ts'
import { addNote } from './post-note.ts'
import { textLost } from './text-lost.ts'

export interface AppendRequest {
  conversationId: string
  contactId: string
  body: string
  media: MessageMedia[]
  /** Parts that are on other messages: they cannot be the one in doubt. */
  known: string[]
}

/** A file that Twilio cannot give within this time holds the text up no longer. */
const MEDIA_PATIENCE_MS = 2 * 60_000
/** Marks an error as being about the files, which the text can do without. */
const MEDIA = 'media'

/** A text in a known conversation: one call, files included. */
export function appendPart(ctx: Ctx): Step<AppendRequest, { partId: string | null }> {
  return {
    repeatable: false,

    async send({ conversationId, contactId, body, media }, effect) {
      const files = await fetchAll(ctx, media, ctx.now() - effect.createdAt > MEDIA_PATIENCE_MS)
      return ctx.intercom.appendPart({ conversationId, contactId, body, files })
    },

    async accepted(tx, effect, { conversationId, contactId, media }, { partId }) {
      // A contact's part reopens the conversation. Intercom's times are whole seconds, so ours are rounded down to compare.
      await setClosed(tx, conversationId, false, Math.floor(ctx.now() / 1000) * 1000)
      return partPosted(ctx, tx, effect, { conversationId, contactId, partId, withFiles: media.length > 0 })
    },

    async refused(tx, effect, request, error) {
      const { message, thread } = await messageOf(tx, effect)
      if (error.contactId) {
        await keepContact(tx, thread.customer, { contactId: error.contactId, madeAt: null }, ctx.now())
        return 'next'
      }
      if (error.status === 404) return somethingGone(ctx, tx, effect, request, thread)
      const filesAtFault = error.code === MEDIA || error.status === 400 || error.status === 413 || error.status === 422
      if (request.media.length > 0 && filesAtFault) return withoutFiles(ctx, tx, message, thread)
      return textLost(ctx, tx, effect, error)
    },

    async lookup({ conversationId, contactId, body, known }, startedAt) {
      const conversation = await ctx.intercom.getConversation(conversationId)
      const part = conversation?.parts.find(
        (p) =>
          p.author.id === contactId &&
          p.createdAt >= startedAt - CLOCK_SKEW_MS &&
          !known.includes(p.id) &&
          sameWords(p.body ?? '', body),
      )
      return part ? { partId: part.id } : null
    },
  }
}

/** Nothing has been posted yet when a file fails, so the failure is certain whatever its reason. */
async function fetchAll(ctx: Ctx, media: MessageMedia[], lastTime: boolean): Promise<File[]> {
  try {
    return await Promise.all(media.map((item) => ctx.twilio.fetchMedia(item.url)))
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    // Without its HTTP status: a refused token or a rate limit of the media host must not hold up a text for ever.
    const permanent = (error.permanent && !error.unauthorized) || lastTime
    const wait = error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }
    throw new VendorError(error.message, { vendor: error.vendor, code: MEDIA, permanent, certain: true, ...wait })
  }
}

/** Intercom does not say which of the two is gone; but a contact that was found for this very text is there. */
async function somethingGone(
  ctx: Ctx,
  tx: Tx,
  effect: Effect,
  { contactId, conversationId }: AppendRequest,
  { customer }: Thread,
): Promise<'next'> {
  const contact = await findContact(tx, customer)
  if (contact && contact.foundAt >= effect.createdAt) await leaveConversation(tx, conversationId, ctx.now())
  else await forgetContact(tx, contactId)
  return 'next'
}

/** The words come through without the files, and the agent is told. */
async function withoutFiles(ctx: Ctx, tx: Tx, message: Message, thread: Thread): Promise<'next'> {
  const media = message.media.map((item) => ({ ...item, lost: true }))
  await updateMessage(tx, message.id, { media: JSON.stringify(media) }, ctx.now())
  await addNote(ctx, tx, { thread, messageId: message.id, html: mediaNotFetched({ count: media.length }) })
  return 'next'
}
