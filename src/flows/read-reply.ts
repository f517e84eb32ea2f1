import { VendorError } from '../errors.ts'
import { replaceBody } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import { looksLikePrompt } from '../rules/agent-reply.ts'
import { attachmentNotSent } from '../rules/notes.ts'
import { toSmsText } from '../rules/text.ts'
import type { Tx } from '../store/database.ts'
import { keepFile } from '../store/media.ts'
import { threadOfConversation } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { type Attachment, attachmentsOf } from './attachments.ts'
import type { Ctx } from './context.ts'
import type { ReplySent } from './facts.ts'
import type { File } from './ports.ts'
import { addNote } from './post-note.ts'
import { FILE_LIFE_MS, queueTexts } from './queue-texts.ts'

/** Intercom writes the part that gives a prompt away within the same second; two are safe. */
const PROMPT_WAIT_MS = 2000

interface FetchRequest {
  urls: Attachment[]
}
interface Fetched {
  files: (File | { name: string; problem: string })[]
}
interface PromptRequest {
  conversationId: string
  partId: string
}

/** Reads a reply to its end before it is texted: is it really meant for the customer, and what is attached to it? */
export function readReply(ctx: Ctx): EffectFlow {
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    async plan(_tx, effect) {
      const reply: ReplySent = JSON.parse(effect.body)
      if (reply.maybePrompt) {
        if (ctx.now() < effect.createdAt + PROMPT_WAIT_MS) return { waitUntil: effect.createdAt + PROMPT_WAIT_MS }
        const { conversationId, partId } = reply
        return { step: 'look for prompt', request: { conversationId, partId } }
      }
      return { step: 'fetch attachments', request: { urls: attachmentsOf(reply) } }
    },
    steps: { 'look for prompt': lookForPrompt(ctx), 'fetch attachments': fetchAttachments(ctx) },
    // A line too many, or one without its files, is better than a reply that never comes.
    async gaveUp(tx, effect, error) {
      const reply: ReplySent = JSON.parse(effect.body)
      const files = attachmentsOf(reply).map(({ name }) => ({ name, problem: error.message }))
      return textReply(ctx, tx, reply, files)
    },
  }
}

function lookForPrompt(ctx: Ctx): Step<PromptRequest, { prompt: boolean }> {
  return {
    repeatable: true,
    async send({ conversationId, partId }) {
      const conversation = await ctx.intercom.getConversation(conversationId)
      return { prompt: conversation === null || looksLikePrompt(conversation.parts, partId) }
    },
    async accepted(tx, effect, _request, { prompt }) {
      if (prompt) {
        ctx.log.info({ ...traced(tx), effect: effect.id }, 'a prompt of Intercom is not texted')
        return 'done'
      }
      const reply: ReplySent = { ...JSON.parse(effect.body), maybePrompt: false }
      if (attachmentsOf(reply).length > 0 && ctx.config.behaviour.media.outbound !== 'off') {
        await replaceBody(tx, effect.id, reply)
        return 'next'
      }
      return textReply(ctx, tx, reply, [])
    },
  }
}

function fetchAttachments(ctx: Ctx): Step<FetchRequest, Fetched> {
  return {
    repeatable: true,
    async send({ urls }) {
      const files = await Promise.all(urls.map((item) => fetchOne(ctx, item)))
      return { files }
    },
    async accepted(tx, effect, _request, { files }) {
      return textReply(ctx, tx, JSON.parse(effect.body), files)
    },
  }
}

/** A file that can never be had does not hold up the others; one that may yet come is waited for. */
async function fetchOne(ctx: Ctx, item: Attachment): Promise<Fetched['files'][number]> {
  try {
    const file = await ctx.intercom.fetchAttachment(item.url)
    return { ...file, name: item.name || file.name }
  } catch (error) {
    if (!(error instanceof VendorError) || !error.permanent) throw error
    return { name: item.name, problem: error.message }
  }
}

async function textReply(ctx: Ctx, tx: Tx, reply: ReplySent, files: Fetched['files']): Promise<'done'> {
  const thread = await threadOfConversation(tx, reply.conversationId)
  if (!thread) return 'done'
  const kept = []
  for (const file of files) {
    if ('problem' in file) {
      const html = attachmentNotSent({ name: file.name, sentence: file.problem })
      await addNote(ctx, tx, { thread, messageId: null, conversationId: reply.conversationId, html })
    } else {
      kept.push(await keepFile(tx, reply.partId, file, ctx.now() + FILE_LIFE_MS))
    }
  }
  await queueTexts(ctx, tx, thread, reply, { text: toSmsText(reply.body).text, files: kept })
  return 'done'
}
