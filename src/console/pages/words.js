const STATUS = {
  received: ['Received, on its way to Intercom', 'busy'],
  posted: ['In Intercom', 'good'],
  dead: ['Given up', 'bad'],
  queued: ['On its way', 'busy'],
  sending: ['On its way', 'busy'],
  sent: ['Sent, not confirmed', 'plain'],
  delivered: ['Delivered', 'good'],
  undelivered: ['Not delivered', 'bad'],
  failed: ['Not sent', 'bad'],
  blocked: ['Blocked', 'odd'],
  unknown: ['Unknown', 'odd'],
  scheduled: ['Scheduled', 'plain'],
  canceled: ['Canceled', 'plain'],
}

export const STATUSES = Object.keys(STATUS)

/** What a status means, and whether that is good. */
export function statusWords(status) {
  const [words, tone] = STATUS[status] ?? [status, 'plain']
  return { words, tone }
}

const STORED = {
  customer: 'Stored as a message',
  reply: 'Agent’s reply stored as a message',
  api: 'Asked for by a program',
  series: 'Asked for by a Series or workflow',
  command: 'Asked for by a note of an agent',
  opening: 'A teammate’s first message stored as a message',
  welcome: 'Welcome decided',
  survey: 'Survey’s question decided',
  automatic: 'Automatic answer decided',
  consent: 'Answer to an opt-out word decided',
}
const FACTS = {
  'sms.received': 'Text received from Twilio',
  'reply.sent': 'Reply received from Intercom',
}
const CALLS = {
  'find contact': 'Contact found or made in Intercom',
  'open conversation': 'Conversation opened in Intercom',
  'append part': 'Part added to the conversation',
  'send text': 'Handed to Twilio',
  'update contact': 'Contact updated',
  'post note': 'Note written for the agents',
  'fetch attachments': 'Attachments fetched from Intercom',
  tag: 'Conversation tagged',
  read: 'Conversation marked read',
  close: 'Conversation closed',
  describe: 'Attributes of the conversation set',
}
const OUTCOMES = {
  accepted: ['', 'good'],
  'not found': ['nothing found', 'plain'],
  refused: ['refused', 'bad'],
  'not accepted': ['not accepted, tried again', 'odd'],
  uncertain: ['no clear answer, looked up first', 'odd'],
}

/** One step of a message's trail: what happened, how that is, and what is to be known of it. */
export function trailWords({ type, name, outcome, code, message }) {
  if (type === 'stored') return { title: STORED[name] ?? 'Stored as a message', tone: 'good', detail: '' }
  if (type === 'fact' && name === 'sms.status') {
    const { words, tone } = statusWords(outcome)
    const reported = code === null ? '' : ` (error ${code})`
    return { title: `Twilio says: ${outcome}${reported}`, tone, detail: words.toLowerCase() === outcome ? '' : words }
  }
  if (type === 'fact') return { title: FACTS[name] ?? name, tone: 'good', detail: '' }
  const look = name.startsWith('look for: ')
  const call = name.replace('look for: ', '')
  const [how, tone] = OUTCOMES[outcome] ?? [outcome, 'plain']
  const what = look
    ? `Looked for what became of: ${call}`
    : tone === 'good'
      ? (CALLS[call] ?? `Done: ${call}`)
      : `Tried: ${call}`
  return { title: how ? `${what} – ${how}` : what, tone, detail: message ?? '' }
}

const JOBS = {
  'part.post': 'A text for Intercom',
  'note.post': 'A note for the agents',
  'sms.send': 'A text for the phone',
  'contact.update': 'An update of a contact',
  'conversation.manage': 'An order for a conversation',
  'notification.post': 'News for the team',
  'reply.read': 'The files of a reply',
}

/** What a job was to do. */
export const jobWords = (kind) => JOBS[kind] ?? kind

const DATE = { day: 'numeric', month: 'short' }
const CLOCK = { hour: '2-digit', minute: '2-digit', hour12: false }

/** Made once: to make one takes longer than to use it on a whole page. */
const format = (options) => new Intl.DateTimeFormat('en-GB', options)
const OF_TODAY = format(CLOCK)
const OF_THIS_YEAR = format({ ...DATE, ...CLOCK })
const OF_ANY_YEAR = format({ ...DATE, year: 'numeric', ...CLOCK })
const TO_THE_SECOND = format({ ...DATE, year: 'numeric', ...CLOCK, second: '2-digit' })
const DAY = format({ ...DATE, weekday: 'short', timeZone: 'UTC' })
const NUMBER = new Intl.NumberFormat('en-US')

/** A moment as short as it can be told: the clock today, the day before that. */
export function shortTime(at, now = new Date()) {
  const date = new Date(at)
  if (date.toDateString() === now.toDateString()) return OF_TODAY.format(date)
  return (date.getFullYear() === now.getFullYear() ? OF_THIS_YEAR : OF_ANY_YEAR).format(date)
}

/** A day of UTC. */
export const dayWords = (at) => DAY.format(new Date(at))

export const longTime = (at) => TO_THE_SECOND.format(new Date(at))

/** `+12025550123` as `+1 202 555 0123`; any other sender as it is. */
export const phoneWords = (address) => address.replace(/^(.*\+1)(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3 $4')

export const number = (value) => NUMBER.format(Number(value))

/** 90 → `1 min 30 s`. */
export function duration(seconds) {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ]
  const from = units.findIndex(([, size]) => seconds >= size)
  if (from === -1) return '0 s'
  let rest = Math.round(seconds)
  const parts = units.slice(from, from + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count > 0 ? `${count} ${unit}` : ''
  })
  return parts.filter(Boolean).join(' ')
}

/** What was paid, as Twilio writes it (negative), in every currency: `1.23 USD`. */
export function money(cost) {
  const sums = Object.entries(cost ?? {}).map(([unit, sum]) => `${Math.abs(Number(sum)).toFixed(2)} ${unit}`)
  return sums.join(', ') || '–'
}
