import { createChanges } from '../changes.ts'
import { type Listener, listen } from '../http.ts'

/** What else a team has: a channel that is told what happens, and a bot of its own. */
export interface Outside {
  /** Where the channel takes messages, as Slack's incoming webhooks do. */
  channelUrl: string
  botUrl: string
  /** What the channel shows, oldest first. */
  readonly channel: readonly string[]
  close(): Promise<void>
}

const BOT_KNOWS = /parking/i
const BOT_SAYS = 'There is free parking behind the house. – Acme’s bot'

/** @param told the channel shows something new */
export async function startOutside(told: (text: string) => void): Promise<Outside> {
  const channel: string[] = []
  const server: Listener = await listen({
    changes: createChanges(() => channel.join('\n')),
    guard: () => null,
    routes: [
      {
        method: 'POST',
        path: /^\/channel$/,
        handle({ body }) {
          const text = String((body as { text?: unknown }).text ?? '')
          channel.push(text)
          told(text)
          return { status: 200, body: 'ok' }
        },
      },
      {
        method: 'POST',
        path: /^\/bot$/,
        handle({ body }) {
          const words = String((body as { data?: { message?: { body?: unknown } } }).data?.message?.body ?? '')
          return BOT_KNOWS.test(words) ? { status: 200, body: { reply: BOT_SAYS } } : { status: 204 }
        },
      },
    ],
    notFound: () => ({ status: 404 }),
  })
  return {
    channelUrl: `${server.url}/channel`,
    botUrl: `${server.url}/bot`,
    channel,
    close: () => server.close(),
  }
}
