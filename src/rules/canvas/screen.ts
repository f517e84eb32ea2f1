import type { LastText } from '../../store/last-texts.ts'
import { formatLocal } from '../local-time.ts'
import { formatForPeople } from '../phone.ts'
import { SEND_TIMES } from '../send-time.ts'
import { button, type Canvas, type Component, canvasOf, dropdown, MOST_OPTIONS, text } from './components.ts'
import type { Draft } from './draft.ts'
import { statusWords } from './status-words.ts'

/** What the sidebar knows of a customer and one of our senders. */
export interface Shown {
  customer: string
  /** Empty: the Messaging Service chooses. */
  sender: string
  /** Those the teammate may choose from, this one among them. */
  senders: string[]
  optedOut: boolean
  /** An SMS conversation of these two is open. */
  open: boolean
  /** Newest first. */
  texts: LastText[]
  /** In which times are shown and read. */
  zone: string
}

export interface Notice {
  words: string
  /** The teammate has to do something about it. */
  fault?: boolean
}

const CONVERSATIONS = { continue: 'Continue the open conversation', new: 'Close it and start a new one' }

/** Where there is nobody to text: one sentence, and a way to look again. */
export function emptyScreen(words: string): Canvas {
  return canvasOf([text(words), button('refresh', 'Refresh', 'link')])
}

/**
 * Everything at one glance. `draft` is kept from one screen to the next; `press` goes with each button, so that a press
 * which Intercom repeats is known.
 */
export function screen(shown: Shown, draft: Draft, o: { press: string; notice?: Notice | undefined }): Canvas {
  const notice = o.notice ? [text(o.notice.words, o.notice.fault ? 'error' : 'paragraph')] : []
  return canvasOf([
    ...summary(shown),
    ...notice,
    ...(shown.senders.length > 1 ? [senderChoice(shown)] : []),
    ...(shown.optedOut ? [] : compose(shown, draft, o.press)),
    { type: 'divider' },
    ...lastTexts(shown, o.press),
    ...consent(shown, o.press),
    button(`refresh:${o.press}`, 'Refresh', 'link'),
  ])
}

function summary({ customer, sender, optedOut }: Shown): Component[] {
  const from = sender === '' ? 'the Messaging Service' : formatForPeople(sender)
  const items = [
    ['Customer', /^whatsapp:/.test(customer) ? `${formatForPeople(customer)} (WhatsApp)` : formatForPeople(customer)],
    ['Texted from', from],
    ['Texts', optedOut ? 'Opted out' : 'Allowed'],
  ].map(([field = '', value = '']) => ({ type: 'field-value' as const, field, value }))
  return [{ type: 'data-table', items }]
}

function senderChoice({ sender, senders }: Shown): Component {
  const few = [sender, ...senders.filter((one) => one !== sender)].slice(0, MOST_OPTIONS)
  const options = few.map((one) => [
    one || 'service',
    one === '' ? 'Chosen by the Messaging Service' : formatForPeople(one),
  ])
  return dropdown('from', 'From', Object.fromEntries(options), sender || 'service')
}

function compose({ open, zone }: Shown, draft: Draft, press: string): Component[] {
  return [
    {
      type: 'textarea',
      id: 'body',
      label: 'Text',
      placeholder: 'Write to the customer',
      ...(draft.body ? { value: draft.body } : {}),
    },
    ...(open ? [dropdown('conversation', 'Conversation', CONVERSATIONS, draft.conversation)] : []),
    {
      type: 'input',
      id: 'subject',
      label: 'Subject (the title of the conversation; not texted)',
      ...(draft.subject ? { value: draft.subject } : {}),
    },
    dropdown('when', 'Send', SEND_TIMES, draft.when),
    {
      type: 'input',
      id: 'at',
      label: `Time (${zone})`,
      placeholder: '2026-11-24 09:00',
      ...(draft.at ? { value: draft.at } : {}),
    },
    button(`check:${press}`, 'Check length and cost', 'secondary'),
    button(`send:${press}`, 'Send', 'primary'),
  ]
}

function lastTexts({ texts, zone }: Shown, press: string): Component[] {
  if (texts.length === 0) return [text('No texts yet.', 'muted')]
  const items = texts.map((one) => ({
    type: 'item' as const,
    id: `text-${one.id}`,
    title: one.body.trim() === '' ? 'A file' : excerpt(one.body),
    subtitle: statusWords(one, zone),
    tertiary_text: formatLocal(one.createdAt, zone),
  }))
  const waiting = texts.filter(({ status }) => status === 'scheduled')
  return [
    text('Last texts', 'header'),
    { type: 'list', items },
    ...waiting.map(({ id, sendAt }) =>
      button(`cancel-${id}:${press}`, `Cancel the text of ${formatLocal(sendAt ?? 0, zone)}`, 'link'),
    ),
  ]
}

function consent({ optedOut }: Shown, press: string): Component[] {
  if (!optedOut) return [button(`opt-out:${press}`, 'Opt out of texts', 'link')]
  return [
    text(
      'Allow texts only when the customer has asked for it. After STOP, the carrier lets none through before START.',
      'muted',
    ),
    button(`opt-in:${press}`, 'Allow texts again', 'link'),
  ]
}

function excerpt(body: string): string {
  return body.length > 80 ? `${body.slice(0, 80).trimEnd()}…` : body
}
