import { addEffects, inDoubt } from '../queue/jobs.ts'
import type { Effect, EffectFlow, Plan, Step } from '../queue/work.ts'
import { responderSilent } from '../rules/notes.ts'
import { phoneOf } from '../rules/phone.ts'
import { findContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import type { Message } from '../store/messages.ts'
import { historyOf, readMessage } from '../store/read-messages.ts'
import { readThread } from '../store/read-threads.ts'
import { countUp, forgetSetting } from '../store/settings.ts'
import { isHandedOver, openConversationOf, setHandedOver, type Thread } from '../store/threads.ts'
import { messageOf } from './about.ts'
import { addAnswer, automaticText } from './automatic-text.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { type AutomaticKind, claimSaying } from './may-say.ts'
import type { Question, ResponderAnswer } from './ports.ts'
import { addNote } from './post-note.ts'

interface Ask {
  /** What is said where the bot says nothing. */
  otherwise?: { kind: AutomaticKind; template: string }
}

interface AskRequest {
  question: Question
  timeoutMs: number
}

/** A bot that hangs must leave places for everybody else's work. */
const OPEN_QUESTIONS = 10
const LOOK_AGAIN_MS = 200
const HISTORY = 20
/** Once is an accident. */
const FAILURES_TO_TELL = 3
const FAILURES = 'responder.failures'

/** The operator's own bot is asked about a text, beside everything else that becomes of it. */
export async function addQuestion(ctx: Ctx, tx: Tx, { customer }: Thread, messageId: number, body: Ask): Promise<void> {
  await addEffects(tx, [{ kind: 'responder.ask', lane: laneOf.responder(customer), messageId, body }], ctx.now())
}

/**
 * Whether people have taken the conversation over: the bot said so, or one of them answered. It ends with the conversation.
 */
export async function isForPeople(tx: Tx, thread: Thread): Promise<boolean> {
  if (!(await isHandedOver(tx, thread.id))) return false
  const goesOn = thread.promptedBy === null && (await openConversationOf(tx, thread)) !== null
  if (!goesOn) await setHandedOver(tx, thread.id, false)
  return goesOn
}

/** An agent answered the customer. */
export async function peopleAnswer(ctx: Ctx, tx: Tx, thread: Thread): Promise<void> {
  if (ctx.config.behaviour.responder) await setHandedOver(tx, thread.id, true)
}

/**
 * Asks once, for as long as a customer waits for a bot; then, or where it has nothing to say, people answer. The bot may
 * be asked again after a crash: the id of the question is the same.
 */
export function askResponder(ctx: Ctx): EffectFlow {
  return {
    vendor: 'responder',
    resends: 0,
    plan: (tx, effect) => plan(ctx, tx, effect),
    steps: { 'ask responder': step(ctx) },
    async gaveUp(tx, effect) {
      const { thread, message, otherwise } = await read(tx, effect)
      if ((await countUp(tx, FAILURES)) === FAILURES_TO_TELL) {
        const lane = laneOf.inbox(thread.customer)
        await addNote(ctx, tx, { thread, messageId: effect.messageId, html: responderSilent(), lane })
      }
      if (!(await isHandedOver(tx, thread.id))) await sayOtherwise(ctx, tx, { thread, message, otherwise })
      return 'done'
    },
  }
}

async function read(tx: Tx, effect: Effect): Promise<{ thread: Thread; message: Message } & Ask> {
  const ask: Ask = JSON.parse(effect.body)
  return { ...(await messageOf(tx, effect)), ...ask }
}

async function plan(ctx: Ctx, tx: Tx, effect: Effect): Promise<Plan> {
  const { thread, message, otherwise } = await read(tx, effect)
  const { responder } = ctx.config.behaviour
  const until = effect.createdAt + (responder?.timeoutSeconds ?? 0) * 1000
  const timeoutMs = until - ctx.now()
  if (await isHandedOver(tx, thread.id)) return 'nothing to do'
  if (timeoutMs <= 0) {
    await sayOtherwise(ctx, tx, { thread, message, otherwise })
    return 'nothing to do'
  }
  const open = await inDoubt(tx, laneOf.responder(''))
  if (open.length >= OPEN_QUESTIONS) return { waitUntil: Math.min(until, ctx.now() + LOOK_AGAIN_MS) }
  const request: AskRequest = { question: await questionFor(tx, thread, message), timeoutMs }
  return { step: 'ask responder', request }
}

async function questionFor(tx: Tx, thread: Thread, { id, twilioSid }: Message): Promise<Question> {
  const message = (await readMessage(tx, id)) ?? {}
  const contact = await findContact(tx, thread.customer)
  return {
    id: `msg_${twilioSid}`,
    data: {
      message,
      thread: await readThread(tx, thread.id),
      contact: contact && { id: contact.contactId, name: contact.name, phone: phoneOf(thread.customer) },
      history: await historyOf(tx, thread.id, id, HISTORY),
    },
  }
}

function step(ctx: Ctx): Step<AskRequest, ResponderAnswer> {
  return {
    repeatable: true,
    async send({ question, timeoutMs }) {
      if (!ctx.responder) return {}
      return ctx.responder.ask(question, timeoutMs)
    },
    async accepted(tx, effect, _request, { reply, handoff }) {
      await forgetSetting(tx, FAILURES)
      const { thread, message, otherwise } = await read(tx, effect)
      // Somebody was faster than the bot.
      if (await isHandedOver(tx, thread.id)) return 'done'
      if (handoff) await setHandedOver(tx, thread.id, true)
      if (reply === undefined) await sayOtherwise(ctx, tx, { thread, message, otherwise })
      else if (await claimSaying(ctx, tx, thread, 'responder')) {
        await automaticText(ctx, tx, thread, { kind: 'responder', words: { text: reply } })
      }
      return 'done'
    },
  }
}

/** As where there is no bot: its words may name a contact that is still being found. */
async function sayOtherwise(
  ctx: Ctx,
  tx: Tx,
  { thread, message, otherwise }: { thread: Thread; message: Message; otherwise: Ask['otherwise'] },
): Promise<void> {
  if (!otherwise || !(await claimSaying(ctx, tx, thread, otherwise.kind))) return
  await addAnswer(ctx, tx, thread, message.id, otherwise)
}
