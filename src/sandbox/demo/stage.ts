import { setTimeout as wait } from 'node:timers/promises'
import { formatForPeople } from '../../rules/phone.ts'
import { escapeHtml, toSmsText } from '../../rules/text.ts'
import type { Contact, Conversation } from '../intercom-server.ts'
import type { Place, Told } from './outside.ts'
import { SUPPORT } from './people.ts'
import type { Shores } from './state.ts'

/** What a scene can do with its customer, and wait for. */
export interface Stage {
  /** The customer texts; resolves once the words are in the inbox. */
  writes(words: string): Promise<void>
  /** The customer texts; what becomes of the text is the scene's to wait for. */
  texts(words: string, o?: { to?: string; photo?: boolean }): Promise<void>
  /** An agent, in the conversation the customer is in now. */
  replies(words: string): void
  closes(): void
  /** An agent begins a conversation with the customer, and tags it. */
  begins(words: string, tag: string): void
  notes(words: string): void
  /** A note with these words is in one of the customer's conversations. */
  noted(words: string): Promise<void>
  /** A text with these words is on the customer's phone, from this number of ours if that matters. */
  reads(words: string, from?: string): Promise<void>
  /** The conversation the customer is in now has this tag, or is with this team. */
  tagged(name: string): Promise<void>
  assigned(teamId: string): Promise<void>
  /** The team is told these words about the customer. */
  told(words: string, place?: Place): Promise<void>
  /** The contact of the customer is merged into another one of the same person, who writes e-mails. */
  merges(): void
  /** Somebody without a phone takes part in the conversation as well. */
  joinedBy(name: string): void
  /** The carrier does not deliver the customer's next text, for this reason of Twilio's. */
  fails(code: number): void
  /** … and comes a second time. */
  readsTwice(words: string): Promise<void>
  /** The customer has so many conversations. */
  conversations(count: number): Promise<void>
  /** Sam presses a button of the app beside the conversation, with what he has entered. */
  presses(label: string, entered?: Record<string, string>): Promise<void>
  /** Your own program texts the customer through the operator API. */
  program(text: object): Promise<void>
  /** A webhook step of a Series in Intercom does. */
  series(words: string): Promise<void>
  /** Time goes by, for everybody. */
  passes(ms: number): void
  /** … until noon of the next day of this date (UTC); months count from 1. */
  passesUntil(month: number, day: number): void
  /** … until it is this hour (UTC). */
  passesUntilHour(hour: number): void
  /** Long enough to see what happened before. */
  pause(): Promise<void>
}

export interface StageParts {
  shores: Shores
  phone: string
  told(): readonly Told[]
  photo: { contentType: string; data: Buffer }
  /** A program of the business asks the bridge for a text. */
  request(program: 'api' | 'series', text: object): Promise<void>
  now(): number
  pass(ms: number): void
}

/** A scene takes less than this, or it has failed. */
const PATIENCE_MS = 50_000
const PAUSE_MS = 1200
const LOOK_EVERY_MS = 100
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

export function stageFor(o: StageParts): Stage {
  const inbox = inboxOf(o)
  return { ...byCustomer(o, inbox), ...byTeam(o, inbox), ...byPrograms(o, inbox), ...waits(o, inbox), ...time(o) }
}

/** The customer's side of Intercom. */
interface Inbox {
  contact(): Contact
  /** Oldest first. */
  conversations(): Conversation[]
  current(): Conversation
}

function inboxOf({ phone, shores: { intercom } }: StageParts): Inbox {
  const conversations = () => intercom.conversationsOf(phone).sort((a, b) => a.createdAt - b.createdAt)
  return {
    conversations,
    contact: () => there(intercom.contacts.find((one) => one.phone === phone)),
    current: () => there(conversations().at(-1)),
  }
}

function there<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('The customer is not in Intercom yet.')
  return thing
}

function byCustomer({ phone, photo, shores }: StageParts, inbox: Inbox): Pick<Stage, 'writes' | 'texts' | 'fails'> {
  const said = () => inbox.conversations().flatMap(wordsOf)
  const texts: Stage['texts'] = async (words, { to = SUPPORT, photo: withPhoto = false } = {}) => {
    await shores.twilio.text({ from: phone, to, body: words, media: withPhoto ? [photo] : [] })
  }
  return {
    texts,
    async writes(words) {
      const before = said().length
      await texts(words)
      await shores.intercom.until(() => said().slice(before).includes(words), PATIENCE_MS)
    },
    fails: (code) => shores.twilio.failNext({ to: phone, at: 'callback', code }),
  }
}

type ByTeam = Pick<Stage, 'replies' | 'notes' | 'closes' | 'begins' | 'presses' | 'merges' | 'joinedBy'>

function byTeam({ shores: { intercom } }: StageParts, { contact, current }: Inbox): ByTeam {
  const { agent } = intercom
  const html = (words: string) => escapeHtml(words).replaceAll('\n', '<br>')
  const writesMails = (name: string) => ({ name, email: `${name.toLowerCase()}@example.com`, role: 'user' as const })
  return {
    replies: (words) => void agent.reply(current().id, html(words)),
    notes: (words) => void agent.note(current().id, html(words)),
    closes: () => void agent.close(current().id),
    begins: (words, tag) => agent.tag(agent.start(contact().id, html(words)).id, tag),
    async presses(label, entered) {
      const sidebar = await intercom.openSidebar(current().id)
      await sidebar.press(label, entered)
    },
    merges() {
      const { id, name } = contact()
      intercom.mergeContacts(id, intercom.addContact(writesMails(name ?? 'somebody')).id)
    },
    joinedBy: (name) => agent.attach(current().id, intercom.addContact(writesMails(name)).id),
  }
}

function byPrograms({ phone, request }: StageParts, { contact }: Inbox): Pick<Stage, 'program' | 'series'> {
  return {
    program: (text) => request('api', { to: phone, ...text }),
    series: (words) => request('series', { contact_id: contact().id, body: words }),
  }
}

type Waits = Pick<Stage, 'noted' | 'reads' | 'readsTwice' | 'tagged' | 'assigned' | 'told' | 'conversations'>

function waits({ phone, shores, ...o }: StageParts, { conversations, current }: Inbox): Waits {
  const { twilio, intercom } = shores
  const seen = (read: () => boolean) => intercom.until(read, PATIENCE_MS).then(() => {})
  const sent = async (words: string, times: number, sender?: string) => {
    const ours = (from: string | null) => sender === undefined || from === sender
    const those = () => twilio.sent.filter(({ from, to, body }) => to === phone && ours(from) && body.includes(words))
    await twilio.until(() => those().length >= times, PATIENCE_MS)
  }
  return {
    noted: (words) => seen(() => conversations().some((one) => notesOf(one).some((note) => note.includes(words)))),
    reads: (words, from) => sent(words, 1, from),
    readsTwice: (words) => sent(words, 2),
    tagged: (name) => seen(() => current().tags.some((tag) => tag.name === name)),
    assigned: (teamId) => seen(() => current().teamAssigneeId === teamId),
    conversations: (count) => seen(() => conversations().length === count),
    async told(words, place = 'the team channel') {
      const about = formatForPeople(phone)
      const isIt = (told: Told) => told.place === place && told.words.includes(words) && told.words.includes(about)
      for (const end = performance.now() + PATIENCE_MS; !o.told().some(isIt); await wait(LOOK_EVERY_MS)) {
        if (performance.now() > end) throw new Error(`It was not told to ${place}.`)
      }
    },
  }
}

type Time = Pick<Stage, 'passes' | 'passesUntil' | 'passesUntilHour' | 'pause'>

function time({ pass, now }: StageParts): Time {
  return {
    passes: pass,
    passesUntil: (month, day) => pass(noonOf(now(), month, day) - now()),
    passesUntilHour: (hour) => pass((hour * HOUR_MS - (now() % DAY_MS) + DAY_MS) % DAY_MS),
    pause: () => wait(PAUSE_MS),
  }
}

/** Noon of the next day of this date, by UTC. */
function noonOf(now: number, month: number, day: number): number {
  const year = new Date(now).getUTCFullYear()
  const noon = Date.UTC(year, month - 1, day, 12)
  return noon > now ? noon : Date.UTC(year + 1, month - 1, day, 12)
}

/** What the customer has said. */
function wordsOf({ source, parts }: Conversation): string[] {
  const byCustomer = parts.filter(({ author }) => author.type === 'user' || author.type === 'lead')
  return [source.text, ...byCustomer.map(({ text }) => text ?? '')]
}

function notesOf({ parts }: Conversation): string[] {
  return parts.filter(({ partType }) => partType === 'note').map(({ body }) => toSmsText(body ?? '').text)
}
