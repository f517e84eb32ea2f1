import { setTimeout as wait } from 'node:timers/promises'
import { escapeHtml, toSmsText } from '../../rules/text.ts'
import type { Conversation } from '../intercom-server.ts'
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
  notes(words: string): void
  /** A note with these words is in one of the customer's conversations. */
  noted(words: string): Promise<void>
  /** A text with these words is on the customer's phone. */
  reads(words: string): Promise<void>
  /** The customer has so many conversations. */
  conversations(count: number): Promise<void>
  /** Sam presses a button of the app beside the conversation, with what he has entered. */
  presses(label: string, entered?: Record<string, string>): Promise<void>
  /** Your own program calls the operator API. */
  program(method: string, path: string, body?: object): Promise<void>
  /** Time goes by, for everybody. */
  passes(ms: number): void
  /** Long enough to see what happened before. */
  pause(): Promise<void>
}

export interface StageParts {
  shores: Shores
  phone: string
  photo: { contentType: string; data: Buffer }
  call(method: string, path: string, body?: object): Promise<void>
  pass(ms: number): void
}

/** A scene takes less than this, or it has failed. */
const PATIENCE_MS = 50_000
const PAUSE_MS = 1200

export function stageFor({ shores: { twilio, intercom }, phone, photo, call, pass }: StageParts): Stage {
  const conversations = () => intercom.conversationsOf(phone).sort((a, b) => a.createdAt - b.createdAt)
  const current = (): Conversation => {
    const conversation = conversations().at(-1)
    if (!conversation) throw new Error('The customer has no conversation.')
    return conversation
  }
  const said = () => conversations().flatMap(wordsOf)
  const seen = (read: () => boolean) => intercom.until(read, PATIENCE_MS).then(() => {})
  const html = (words: string) => escapeHtml(words).replaceAll('\n', '<br>')

  const stage: Stage = {
    async writes(words) {
      const before = said().length
      await stage.texts(words)
      await seen(() =>
        said()
          .slice(before)
          .some((text) => text === words),
      )
    },
    async texts(words, { to = SUPPORT, photo: withPhoto = false } = {}) {
      await twilio.text({ from: phone, to, body: words, media: withPhoto ? [photo] : [] })
    },
    replies: (words) => void intercom.agent.reply(current().id, html(words)),
    closes: () => void intercom.agent.close(current().id),
    notes: (words) => void intercom.agent.note(current().id, html(words)),
    noted: (words) => seen(() => conversations().some((one) => notesOf(one).some((note) => note.includes(words)))),
    async reads(words) {
      const arrived = () => twilio.sent.some(({ to, body }) => to === phone && body.includes(words))
      await twilio.until(arrived, PATIENCE_MS)
    },
    conversations: (count) => seen(() => conversations().length === count),
    async presses(label, entered) {
      const sidebar = await intercom.openSidebar(current().id)
      await sidebar.press(label, entered)
    },
    program: call,
    passes: pass,
    pause: () => wait(PAUSE_MS),
  }
  return stage
}

/** What the customer has said. */
function wordsOf({ source, parts }: Conversation): string[] {
  const byCustomer = parts.filter(({ author }) => author.type === 'user' || author.type === 'lead')
  return [source.text, ...byCustomer.map(({ text }) => text ?? '')]
}

function notesOf({ parts }: Conversation): string[] {
  return parts.filter(({ partType }) => partType === 'note').map(({ body }) => toSmsText(body ?? '').text)
}
