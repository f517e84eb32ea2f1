import { setTimeout as wait } from 'node:timers/promises'
import { escapeHtml } from '../../rules/text.ts'
import type { Attachment, Contact, Conversation } from '../intercom-server.ts'
import { evidenceFor, PATIENCE_MS } from './evidence.ts'
import type { Place, Told } from './outside.ts'
import { SUPPORT } from './people.ts'
import type { Shores } from './state.ts'

/** What a scene can do with its customer, and wait for. */
export interface Stage {
  /** The customer texts; resolves once the words are in the inbox. */
  writes(words: string): Promise<void>
  /** The customer texts; what becomes of the text is the scene's to wait for. */
  texts(words: string, o?: TextOptions): Promise<void>
  /** An agent, in the conversation the customer is in now. */
  replies(words: string, file?: NamedFile): void
  /** Fin, or a message of a workflow. */
  botSays(words: string, by: 'Fin' | 'workflow'): void
  closes(): void
  snoozes(): void
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
  /** … and is in this state. */
  is(state: Conversation['state']): Promise<void>
  /** The team is told these words about the customer. */
  told(words: string, place?: Place): Promise<void>
  /** … or about the bridge as such, from the beginning of the scene on. */
  alarmed(words: string): Promise<void>
  /** The contact of the customer is merged into another one of the same person, who writes e-mails. */
  merges(): void
  /** Somebody without a phone takes part in the conversation as well. */
  joinedBy(name: string): void
  /** The customer's next text is not delivered, or not even taken by Twilio, for this reason of Twilio's. */
  fails(code: number, at?: 'create' | 'callback', o?: { from: string }): void
  /** … and comes a second time. */
  readsTwice(words: string): Promise<void>
  /** So many texts have come to the customer, and no more. */
  hasRead(count: number): void
  /** A file of this type came with a text; or a text has a link under its name, and that opens it. */
  receives(contentType: string): Promise<void>
  opens(file: NamedFile): Promise<void>
  /** The customer's photo, byte by byte, is in the conversation. */
  attached(): Promise<void>
  /** The conversation the customer is in now, or the contact, has this attribute. */
  marked(attribute: string, value: unknown): Promise<void>
  /** The bridge has a text with these words on record, in this state; … and one of its attempts ended like this. */
  recorded(words: string, status: string): Promise<void>
  attempted(words: string, code: string): Promise<void>
  /** Among the answers to surveys that operators see. */
  counted(answer: string): Promise<void>
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

export interface TextOptions {
  /** One of our numbers. */
  to?: string
  photo?: boolean
  optOutType?: 'STOP' | 'START'
  /** Where Twilio says that the customer is, instead of in Washington. */
  place?: { FromCity: string; FromState: string; FromZip: string; FromCountry: string }
}

export type NamedFile = Pick<Attachment, 'name' | 'contentType' | 'data'>

export interface StageParts {
  shores: Shores
  phone: string
  told(): readonly Told[]
  photo: { contentType: string; data: Buffer }
  /** A program of the business asks the bridge for a text. */
  request(program: 'api' | 'series', text: object): Promise<void>
  /** What the operator API answers. @param path under /api/v1/ */
  read(path: string): Promise<unknown>
  now(): number
  pass(ms: number): void
}

const PAUSE_MS = 1200
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

export function stageFor(o: StageParts): Stage {
  const inbox = inboxOf(o)
  return { ...byCustomer(o, inbox), ...byTeam(o, inbox), ...byPrograms(o, inbox), ...evidenceFor(o, inbox), ...time(o) }
}

/** The customer's side of Intercom. */
export interface Inbox {
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
  // A text travels on one channel from end to end.
  const addressFor = (ours: string) => (ours.startsWith('whatsapp:') ? `whatsapp:${phone}` : phone)
  const texts: Stage['texts'] = async (words, { to = SUPPORT, photo: withPhoto = false, optOutType, place } = {}) => {
    const extra: Record<string, string> = { ...place, ...(optOutType && { OptOutType: optOutType }) }
    await shores.twilio.text({ from: addressFor(to), to, body: words, media: withPhoto ? [photo] : [], extra })
  }
  return {
    texts,
    async writes(words) {
      const before = said().length
      await texts(words)
      await shores.intercom.until(() => said().slice(before).includes(words), PATIENCE_MS)
    },
    fails: (code, at = 'callback', { from } = { from: SUPPORT }) =>
      shores.twilio.failNext({ to: addressFor(from), at, code }),
  }
}

type ByTeam = Pick<
  Stage,
  'replies' | 'botSays' | 'notes' | 'closes' | 'snoozes' | 'begins' | 'presses' | 'merges' | 'joinedBy'
>

function byTeam({ shores: { intercom } }: StageParts, { contact, current }: Inbox): ByTeam {
  const { agent } = intercom
  const html = (words: string) => escapeHtml(words).replaceAll('\n', '<br>')
  const writesMails = (name: string) => ({ name, email: `${name.toLowerCase()}@example.com`, role: 'user' as const })
  return {
    replies: (words, file) => void agent.reply(current().id, html(words), { attachments: file ? [file] : [] }),
    botSays: (words, by) => void intercom.operator.say(current().id, html(words), { fromAi: by === 'Fin' }),
    notes: (words) => void agent.note(current().id, html(words)),
    closes: () => void agent.close(current().id),
    snoozes: () => void agent.snooze(current().id),
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
