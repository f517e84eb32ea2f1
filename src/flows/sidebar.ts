import { randomUUID } from 'node:crypto'
import type { Canvas } from '../rules/canvas/components.ts'
import { bodyFault, countWords, type Draft, draftOf } from '../rules/canvas/draft.ts'
import { emptyScreen, type Notice, screen } from '../rules/canvas/screen.ts'
import { textCanceled } from '../rules/notes.ts'
import { formatForPeople } from '../rules/phone.ts'
import type { Db, Tx } from '../store/database.ts'
import { findMessage } from '../store/messages.ts'
import { allowTexts, stopTexts } from './consent.ts'
import type { Ctx } from './context.ts'
import { addNote } from './post-note.ts'
import { cancelWithin } from './settle-by-hand.ts'
import { sendFromSidebar } from './sidebar-send.ts'
import { addressFault, customerOf, type Pair, pairOf, priceFor, shownOf } from './sidebar-state.ts'
import { threadWith } from './thread-of.ts'

/** A teammate looks at a contact beside a conversation. */
export interface SidebarRequest {
  contactId: string | null
  /** As it is written in Intercom. */
  phone: string | null
  conversationId: string | null
  teammate: { id: string; name: string }
}

export interface SidebarPress extends SidebarRequest {
  /** The button's id. */
  component: string
  /** What is entered, by the component's id. */
  input: Record<string, string>
}

export interface Sidebar {
  open(request: SidebarRequest): Promise<Canvas>
  press(press: SidebarPress): Promise<Canvas>
}

/** `<what>:<press>` or `<what>-<message>:<press>`; the press is the same for as long as a draft has not been sent. */
const BUTTON = /^(refresh|check|send|opt-out|opt-in|cancel)(?:-(\d{1,15}))?:([\w-]{1,64})$/

/** What became of a press. */
export interface Outcome {
  notice?: Notice
  /** The draft is sent: the next one begins empty. */
  sent?: boolean
  /** This press has made a text: the next one is another. */
  spent?: boolean
}

const NO_PHONE = 'This contact has no phone number. Add one to the contact to text them.'
const NO_SENDER = 'No sender of ours can reach this customer: the bridge has none of that kind.'

/** The app beside a conversation. It reads and writes our rows only, so that Intercom never waits for another service. */
export function createSidebar({ ctx, db, wake }: { ctx: Ctx; db: Db; wake: () => void }): Sidebar {
  return {
    open: (request) => db.transaction().execute((tx) => answer(ctx, tx, request, null)),
    async press(press) {
      const canvas = await db.transaction().execute((tx) => answer(ctx, tx, press, press))
      wake()
      return canvas
    },
  }
}

async function answer(ctx: Ctx, tx: Tx, request: SidebarRequest, pressed: SidebarPress | null): Promise<Canvas> {
  const customer = await customerOf(ctx, tx, request)
  if (customer === null) return emptyScreen(NO_PHONE)
  const fault = addressFault(customer)
  if (fault !== null) return emptyScreen(fault)
  const draft = draftOf(pressed?.input ?? {})
  const pair = await pairOf(ctx, tx, request, customer, draft.from)
  if (pair.sender === '' && !ctx.config.twilio.messagingServiceSid) return emptyScreen(NO_SENDER)
  const [, what = 'refresh', message = '', known] = BUTTON.exec(pressed?.component ?? '') ?? []
  const press = known ?? randomUUID()
  const { notice, sent, spent } = pressed
    ? await act(ctx, tx, pressed, { what, message: Number(message), press, pair, draft })
    : {}
  // What was pressed may have made their thread.
  const after = pressed ? await pairOf(ctx, tx, request, customer, draft.from) : pair
  const kept = sent ? { ...draftOf({}), from: draft.from } : draft
  return screen(await shownOf(ctx, tx, after), kept, { press: spent ? randomUUID() : press, notice })
}

interface Act {
  what: string
  message: number
  press: string
  pair: Pair
  draft: Draft
}

function act(ctx: Ctx, tx: Tx, request: SidebarRequest, o: Act): Promise<Outcome> | Outcome {
  if (o.what === 'check') return check(ctx, tx, o)
  if (o.what === 'send') return sendFromSidebar(ctx, tx, request, o)
  if (o.what === 'opt-out') return optOut(ctx, tx, request, o.pair)
  if (o.what === 'opt-in') return optIn(ctx, tx, request, o.pair)
  if (o.what === 'cancel') return cancel(ctx, tx, request, o)
  return {}
}

async function check(ctx: Ctx, tx: Tx, { pair, draft }: Act): Promise<Outcome> {
  const fault = bodyFault(draft.body, ctx.config.behaviour.replies.maxSegments)
  if (fault !== null) return { notice: { words: fault, fault: true } }
  return { notice: { words: countWords(draft.body, await priceFor(tx, pair)) } }
}

async function optOut(ctx: Ctx, tx: Tx, { teammate }: SidebarRequest, { customer, sender }: Pair): Promise<Outcome> {
  const thread = { ...(await threadWith(ctx, tx, sender, customer)), number: sender }
  await stopTexts(ctx, tx, thread, {
    source: 'agent',
    reason: `${teammate.name}, from the sidebar`,
    actor: `agent ${teammate.id}`,
  })
  return { notice: { words: `${formatForPeople(customer)} gets no more texts${fromSender(sender)}.` } }
}

async function optIn(ctx: Ctx, tx: Tx, { teammate }: SidebarRequest, { customer, sender }: Pair): Promise<Outcome> {
  const thread = { ...(await threadWith(ctx, tx, sender, customer)), number: sender }
  await allowTexts(ctx, tx, thread, { source: 'agent', actor: `agent ${teammate.id}` })
  return { notice: { words: `${formatForPeople(customer)} may be texted again${fromSender(sender)}.` } }
}

const fromSender = (sender: string) => (sender === '' ? '' : ` from ${formatForPeople(sender)}`)

async function cancel(ctx: Ctx, tx: Tx, { teammate }: SidebarRequest, { message: id, pair }: Act): Promise<Outcome> {
  const message = await findMessage(tx, id)
  if (!pair.thread || message?.threadId !== pair.thread.id) return {}
  const result = await cancelWithin(tx, id, { actor: `agent ${teammate.id}`, at: ctx.now() })
  if ('refused' in result) return { notice: { words: 'The text does not wait any more.', fault: true } }
  const html = textCanceled({ by: teammate.name, body: message.body })
  await addNote(ctx, tx, { thread: pair.thread, messageId: id, conversationId: message.conversationId, html })
  return { notice: { words: 'The text is canceled.' } }
}
