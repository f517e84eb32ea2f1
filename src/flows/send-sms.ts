import { cancelEffects } from '../queue/jobs.ts'
import type { Effect, EffectFlow, Plan, Step } from '../queue/work.ts'
import { countryNotAllowed, smsFailed, smsUnknown, textBlocked } from '../rules/notes.ts'
import { countryOf, isAllowedCountry } from '../rules/phone.ts'
import type { Tx } from '../store/database.ts'
import { cancelRest, type Message, sidsOf, updateMessage } from '../store/messages.ts'
import { isOptedOut } from '../store/opt-outs.ts'
import type { Thread } from '../store/threads.ts'
import { messageOf } from './about.ts'
import { CLOCK_SKEW_MS, MISTAKABLE_MS } from './clock-skew.ts'
import { believeRefusal } from './consent.ts'
import type { Ctx } from './context.ts'
import { addNote } from './post-note.ts'
import { FILE_LIFE_MS } from './queue-texts.ts'
import { type AcceptedSms, smsAccepted } from './sms-accepted.ts'
import { tellOfMessage } from './tell-team.ts'
import { lastWords } from './text-failure.ts'

interface SendRequest {
  from?: string
  to: string
  body: string
  /** Public addresses, or `file:<id>` of an attachment that is kept here. */
  media: string[]
  /** Texts with the same words that are known already: they cannot be the one in doubt. */
  known: string[]
}

/** An agent's reply goes to the phone: one call, never repeated unless it is proven that nothing went out. */
export function sendSms(ctx: Ctx): EffectFlow {
  return {
    vendor: 'twilio',
    resends: 1,
    plan: (tx, effect) => plan(ctx, tx, effect),
    steps: { 'send text': step(ctx) },
    async gaveUp(tx, effect, error) {
      await believeRefusal(ctx, tx, (await messageOf(tx, effect)).thread, error.code)
      const words = lastWords(ctx, error)
      const changes = { status: 'failed', error_code: error.code, error_message: words }
      await stop(ctx, tx, effect, changes, ({ body }) => smsFailed({ body, code: error.code, sentence: words }))
      return 'dead'
    },
    async unknown(tx, effect) {
      await stop(ctx, tx, effect, { status: 'unknown' }, smsUnknown)
    },
  }
}

async function plan(ctx: Ctx, tx: Tx, effect: Effect): Promise<Plan> {
  const { message, thread } = await messageOf(tx, effect)
  if (message.twilioSid || message.status === 'canceled') return 'nothing to do'
  const blocked = await whyBlocked(ctx, tx, message, thread)
  if (blocked !== null) {
    await stop(ctx, tx, effect, { status: 'blocked' }, () => blocked)
    return 'nothing to do'
  }
  await updateMessage(tx, message.id, { status: 'sending' }, ctx.now())
  const request: SendRequest = {
    // The number that was texted; a thread without one leaves the choice to the Messaging Service.
    ...(thread.number ? { from: thread.number } : {}),
    to: thread.customer,
    body: message.body,
    media: message.media.map(({ url }) => url),
    known: await sidsOf(tx, thread.id, message.body, ctx.now() - MISTAKABLE_MS),
  }
  return { step: 'send text', request, door: request.from ? `twilio:${request.from}` : 'twilio' }
}

/** The note that says why this is not texted; null when it is. */
async function whyBlocked(
  ctx: Ctx,
  tx: Tx,
  { origin, body }: Message,
  { customer, number }: Thread,
): Promise<string | null> {
  if (origin !== 'consent' && (await isOptedOut(tx, customer, number))) return textBlocked({ body })
  const allowed = isAllowedCountry(customer, ctx.config.behaviour.limits.allowedCountries)
  return allowed ? null : countryNotAllowed({ body, country: countryOf(customer) ?? null })
}

function step(ctx: Ctx): Step<SendRequest, AcceptedSms> {
  return {
    repeatable: false,
    send: ({ from, to, body, media }, effect) =>
      ctx.twilio.send({
        ...(from ? { from } : {}),
        to,
        body,
        mediaUrls: media.map((url) => publicAddress(ctx, url)),
        // Proves which call a callback belongs to, even when Twilio's answer was lost.
        statusCallback: `${ctx.config.publicUrl}/webhooks/twilio/status?k=${effect.id}.${effect.attempt}`,
      }),

    async accepted(tx, effect, _request, sent) {
      await smsAccepted(ctx, tx, effect, sent)
      return 'done'
    },

    async lookup({ from, to, body, known }, startedAt) {
      const since = startedAt - CLOCK_SKEW_MS
      const listed = await ctx.twilio.list({ to, ...(from ? { from } : {}), since })
      return (
        listed.find(
          (sms) =>
            sms.direction !== 'inbound' && sms.body === body && sms.createdAt >= since && !known.includes(sms.sid),
        ) ?? null
      )
    },
  }
}

function publicAddress(ctx: Ctx, url: string): string {
  return url.startsWith('file:') ? ctx.mediaLink({ file: Number(url.slice(5)) }, ctx.now() + FILE_LIFE_MS) : url
}

/** The text will not be sent (again) by itself; what was to follow it stays back as well, and the agent hears of it once. */
async function stop(
  ctx: Ctx,
  tx: Tx,
  effect: Effect,
  changes: { status: string; error_code?: string; error_message?: string },
  note: (message: Message) => string,
): Promise<void> {
  const { message, thread } = await messageOf(tx, effect)
  const html = note(message)
  await updateMessage(tx, message.id, changes, ctx.now())
  const rest = await cancelRest(tx, message, ctx.now())
  await cancelEffects(tx, rest, ctx.now())
  await addNote(ctx, tx, { thread, messageId: message.id, conversationId: message.conversationId, html })
  if (changes.status !== 'blocked') await tellOfMessage(ctx, tx, 'sms.failed', message.id)
}
