import Database from 'better-sqlite3'
import type { Conversation, Part } from '../../src/sandbox/intercom-server.ts'
import type { IncomingText } from '../../src/sandbox/twilio-server.ts'
import { isContextNote } from './context-note.ts'
import { MARIA, SUPPORT, type World } from './world.ts'

export const DAY = 86_400_000

/** Maria texts our number. Resolves with what the bridge answered to Twilio. */
export function maria({ twilio }: World, body: string, more: Partial<IncomingText> = {}) {
  return twilio.text({ from: MARIA, to: SUPPORT, body, ...more })
}

/**
 * Maria texts for the first time; resolves when her conversation is open and tagged and begins with what there is to know of
 * her, and nothing more is to be done.
 */
export async function conversation(world: World, body = 'Hello?', more: Partial<IncomingText> = {}) {
  const before = world.intercom.conversations.length
  await maria(world, body, more)
  // Twilio knows where these customers are; of the others there may be nothing to tell.
  const told = (more.from ?? MARIA).startsWith('+1')
  return world.intercom.until(() => {
    const opened = world.intercom.conversations[before]
    return opened?.tags[0] && (!told || contextNoteOf(opened)) ? opened : null
  })
}

/** Sam replies; resolves when his words are at Twilio. */
export async function sam({ twilio, intercom }: World, { id }: Conversation, words: string): Promise<Part> {
  const before = twilio.sent.length
  const part = intercom.agent.reply(id, words)
  await twilio.until(() => twilio.sent.slice(before).some((sms) => sms.body === words))
  return part
}

/** A contact writes in the Messenger; resolves with the conversation. */
export async function messenger(world: World, contactId: string, body = 'Hi there'): Promise<Conversation> {
  const { conversation_id } = await asContact(world, '/conversations', {
    from: { type: 'contact', id: contactId },
    body,
  })
  return world.intercom.until(() => world.intercom.conversations.find(({ id }) => id === conversation_id))
}

/** A contact answers in a conversation by the Messenger. */
export function answerInMessenger(world: World, { id }: Conversation, contactId: string, body: string) {
  const reply = { message_type: 'comment', type: 'user', intercom_user_id: contactId, body }
  return asContact(world, `/conversations/${id}/reply`, reply)
}

async function asContact({ intercom, config }: World, path: string, body: object) {
  const answer = await fetch(`${intercom.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${config.intercom.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`)
  return (await answer.json()) as { conversation_id?: string }
}

/** What the customer wrote, in the order of the conversation. */
export function wordsOf({ source, parts }: Conversation): (string | null)[] {
  return [source.text, ...parts.filter(({ author }) => author.type === 'user').map(({ text }) => text)]
}

/** Resolves when the customer's words in the conversation are these, and then nothing else. */
export function untilWords({ intercom }: World, which: Conversation, words: string[]) {
  return intercom.until(() => wordsOf(which).join('|') === words.join('|'))
}

/** Maria texts on, so that whatever her texts before would have caused has been decided. */
export async function andThen(world: World, which: Conversation, words: string[]): Promise<void> {
  await maria(world, words.at(-1) ?? '')
  await untilWords(world, which, words)
}

/** The notes in a conversation but the one with which it begins. */
export function notesOf(which: Conversation): string[] {
  return allNotesOf(which).filter((note) => !isContextNote(note))
}

/** The note with which a conversation begins. */
export const contextNoteOf = (which: Conversation) => allNotesOf(which).find(isContextNote)

function allNotesOf({ parts }: Conversation): string[] {
  return parts.filter(({ partType }) => partType === 'note').map(({ body }) => body ?? '')
}

/** Resolves with the bodies of the notes as soon as there are so many. */
export function untilNotes({ intercom }: World, which: Conversation, count = 1): Promise<string[]> {
  return intercom.until(() => notesOf(which).length >= count && notesOf(which))
}

/**
 * Resolves when the customer has left the old conversation for one that began with an answer to a text sent by program: the
 * old one is closed, each links to the other in one note, and the new one quotes the text.
 */
export async function untilLinked(
  world: World,
  { old, fresh, quote }: { old: Conversation; fresh: Conversation; quote: string },
): Promise<void> {
  const linksTo = (from: Conversation, to: Conversation) =>
    notesOf(from).filter((note) => note.includes(`${to.id}"`)).length === 1
  await world.intercom.until(() => old.state === 'closed' && linksTo(old, fresh) && linksTo(fresh, old))
  await world.intercom.until(() => notesOf(fresh).some((note) => note.includes(`“${quote}”`)))
}

/** What was texted, oldest first. */
export const texted = ({ twilio }: World) => twilio.sent.map(({ body }) => body)

export const untilTexted = (world: World, ...bodies: string[]) =>
  world.twilio.until(() => texted(world).join('|') === bodies.join('|'))

/** Resolves when the bridge has asked who it is and which tag is ours: calls counted from now on are the customer's. */
export async function primed({ intercom }: World): Promise<void> {
  const answered = (path: string) =>
    intercom.requests.some((request) => request.path === path && request.status === 200)
  await intercom.until(() => answered('/me') && answered('/tags'))
}

/** A bridge that does not look for missed messages at its start, so that its calls can be counted. */
export const NOT_LOOKING_BACK = 'reconcile: { onStart: false }'

/** What was asked of Intercom since `from` requests. */
export const calls = ({ intercom }: World, from = 0) =>
  intercom.requests.slice(from).map(({ method, path }) => `${method} ${path}`)

/** For a fault: the answer is held until `release` is called. */
export function hold(): { holdUntil: Promise<void>; release: () => void } {
  let release = () => {}
  const holdUntil = new Promise<void>((resolve) => {
    release = resolve
  })
  return { holdUntil, release }
}

/** What the bridge has written down; the operator's API comes later. */
function read(world: World, sql: string, ...values: unknown[]): unknown {
  const db = new Database(world.config.databaseUrl.replace('sqlite:', ''), { readonly: true })
  try {
    return db
      .prepare(sql)
      .pluck()
      .get(...values)
  } finally {
    db.close()
  }
}

export const factsStored = (world: World) => read(world, 'select count(*) from facts')

export const statusOf = (world: World, body: string) => read(world, 'select status from messages where body = ?', body)

/** Resolves when everything that Intercom has told so far is decided. */
export async function untilDecided(world: World): Promise<void> {
  await world.intercom.delivered()
  await untilRead(() => read(world, "select count(*) from facts where state = 'ready'"), 0)
}

export const untilStatus = (world: World, body: string, status: string) =>
  untilRead(() => statusOf(world, body), status)

/** Resolves when the bridge says that it can work (200), or that something is in its way (503). */
export async function untilReadiness({ twilio }: World, status: 200 | 503): Promise<void> {
  await untilRead(async () => (await fetch(`${twilio.connectUrl}/readyz`)).status, status)
}

/** Resolves when it is so, by whatever can only be asked again and again. */
export const untilSo = (ask: () => Promise<boolean>) => untilRead(ask, true)

/** The bridge tells nobody when its rows change, so it is asked until the answer is the one wanted. */
async function untilRead(ask: () => unknown, wanted: unknown): Promise<void> {
  for (let tries = 0; (await ask()) !== wanted; tries++) {
    if (tries > 1500) throw new Error(`It is ${await ask()}, and did not become ${wanted}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
