import { formatForPeople } from '../../rules/phone.ts'
import { signWebhook } from '../../signed-webhook.ts'
import { createChanges } from '../changes.ts'
import { type Answer, type Listener, listen, type Received, type Route } from '../http.ts'
import { startMailServer } from '../mail-server.ts'

/** Where a team hears of things. */
export type Place = 'the team channel' | 'a webhook of the team' | 'the mailbox of the team'

export interface Told {
  place: Place
  words: string
}

/** What else a team has: a channel and a mailbox that are told what happens, programs of its own. */
export interface Outside {
  /** Where the channel takes messages, as Slack's incoming webhooks do. */
  channelUrl: string
  hookUrl: string
  hookSecret: string
  smtpUrl: string
  mailTo: string
  botUrl: string
  /** What the team was told, oldest first. */
  readonly told: readonly Told[]
  close(): Promise<void>
}

const HOOK_SECRET = 'secret-of-the-demo-s-webhook'
const BOT_KNOWS = /parking/i
const BOT_SAYS = 'There is free parking behind the house. – Acme’s bot'
const BOT_GIVES_UP = /a person/i
const BOT_HANDS_OVER = { reply: 'A person will answer you here. – Acme’s bot', handoff: true }

/** @param heard something new was told */
export async function startOutside(heard: (told: Told) => void): Promise<Outside> {
  const told: Told[] = []
  const tell = (place: Place, words: string) => {
    told.push({ place, words })
    heard({ place, words })
  }
  const mail = await startMailServer(({ source }) => tell('the mailbox of the team', subjectOf(source)))
  const server: Listener = await listen({
    changes: createChanges(() => told.map(({ words }) => words).join('\n')),
    guard: () => null,
    routes: [
      takes('/channel', ({ body }) => tell('the team channel', String((body as { text?: unknown }).text ?? ''))),
      takes('/hook', (request) => tell('a webhook of the team', newsIn(request))),
      { method: 'POST', path: /^\/bot$/, handle: answerOfBot },
    ],
    notFound: () => ({ status: 404 }),
  })
  return {
    channelUrl: `${server.url}/channel`,
    hookUrl: `${server.url}/hook`,
    hookSecret: HOOK_SECRET,
    smtpUrl: `${mail.url}/?from=bridge@example.com`,
    mailTo: 'team@example.com',
    botUrl: `${server.url}/bot`,
    told,
    async close() {
      await Promise.all([server.close(), mail.close()])
    },
  }
}

function takes(path: string, take: (request: Received) => void): Route {
  return {
    method: 'POST',
    path: new RegExp(`^${path}$`),
    handle(request) {
      take(request)
      return { status: 200, body: 'ok' }
    },
  }
}

function answerOfBot({ body }: Received): Answer {
  const words = String((body as { data?: { message?: { body?: unknown } } }).data?.message?.body ?? '')
  if (BOT_GIVES_UP.test(words)) return { status: 200, body: BOT_HANDS_OVER }
  return BOT_KNOWS.test(words) ? { status: 200, body: { reply: BOT_SAYS } } : { status: 204 }
}

interface News {
  type: string
  data: { message: { customer: string } }
}

function newsIn(request: Received): string {
  const { type, data } = request.body as News
  const genuine = isGenuine(request) ? 'its signature is right' : 'its signature is wrong'
  return `${type} from ${formatForPeople(data.message.customer)} (${genuine})`
}

/** As a program of the team would check it: https://www.standardwebhooks.com */
function isGenuine({ headers, raw }: Received): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = Number(headers['webhook-timestamp']) * 1000
  const wanted = signWebhook({ secret: HOOK_SECRET, id, timestamp, body: raw.toString() })
  return headers['webhook-signature'] === wanted['webhook-signature']
}

function subjectOf(mail: string): string {
  return /^Subject: (.*(?:\r\n[ \t].*)*)/im.exec(mail)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? ''
}
