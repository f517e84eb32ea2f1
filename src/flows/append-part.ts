import { VendorError } from '../errors.ts'
import type { Effect, Step } from '../queue/work.ts'
import { mediaNotFetched } from '../rules/notes.ts'
import { sameWords } from '../rules/same-words.ts'
import { findContact, forgetContact, replaceContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { type Message, type MessageMedia, updateMessage } from '../store/messages.ts'
import { leaveConversation, setClosed, type Thread } from '../store/threads.ts'
import { messageOf } from './about.ts'
import { CLOCK_SKEW_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { partPosted } from './part-posted.ts'
import type { File } from './ports.ts'
import { addNote } from './post-note.ts'

export interface AppendRequest {
  conversationId: string
  contactId: string
  body: string
  media: MessageMedia[]
  /** Parts that are on other messages: they cannot be the one in doubt. */
  known: string[]
}

/** A file that Twilio cannot give within this time and so many calls holds the text up no longer. */
const MEDIA_PATIENCE_MS = 2 * 60_000
const MEDIA_TRIES = 3
/** Marks an error as being about the files, which the text can do without. */
const MEDIA = 'media'

/** A text in a known conversation: one call, files included. */
export function appendPart(ctx: Ctx): Step<AppendRequest, { partId: string | null }> {
  return {
    repeatable: false,

    async send({ conversationId, contactId, body, media }, effect) {
      const lastTime = effect.attempt > MEDIA_TRIES && ctx.now() - effect.createdAt > MEDIA_PATIENCE_MS
      const files = await fetchAll(ctx, media, lastTime)
      return ctx.intercom.appendPart({ conversationId, contactId, body, files })
    },

    async accepted(tx, effect, { conversationId, contactId, media }, { partId }) {
      // A contact's part reopens the conversation. Intercom's times are whole seconds, so ours are rounded down to compare.
      await setClosed(tx, conversationId, false, Math.floor(ctx.now() / 1000) * 1000)
      return partPosted(ctx, tx, effect, { conversationId, contactId, partId, withFiles: media.length > 0 })
    },

    async mend(tx, effect, request, error) {
      const { message, thread } = await messageOf(tx, effect)
      const filesAtFault = error.code === MEDIA || error.status === 400 || error.status === 413 || error.status === 422
      if (error.contactId) await replaceContact(tx, { from: request.contactId, into: error.contactId }, ctx.now())
      else if (error.status === 404) await forgetWhatIsGone(ctx, tx, effect, request, thread)
      else if (request.media.length > 0 && filesAtFault) await goWithoutFiles(ctx, tx, message, thread)
      else return false
      return true
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
async function forgetWhatIsGone(
  ctx: Ctx,
  tx: Tx,
  effect: Effect,
  { contactId, conversationId }: AppendRequest,
  { customer }: Thread,
): Promise<void> {
  const contact = await findContact(tx, customer)
  if (contact && contact.foundAt >= effect.createdAt) await leaveConversation(tx, conversationId, ctx.now())
  else await forgetContact(tx, contactId)
}

/** The words come through without the files, and the agent is told. */
async function goWithoutFiles(ctx: Ctx, tx: Tx, message: Message, thread: Thread): Promise<void> {
  const media = message.media.map((item) => ({ ...item, lost: true }))
  await updateMessage(tx, message.id, { media: JSON.stringify(media) }, ctx.now())
  const html = mediaNotFetched({ count: media.length })
  await addNote(ctx, tx, { thread, messageId: message.id, html, lane: laneOf.inbox(thread.customer) })
}
