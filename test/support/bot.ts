import { createServer } from 'node:http'
import { afterEach } from '@jest/globals'
import { createChanges } from '../../src/sandbox/changes.ts'
import { signWebhook } from '../../src/signed-webhook.ts'

/** One question the bot was asked. */
export interface Asked {
  /** By the specification of Standard Webhooks, over the bytes as they came. */
  signed: boolean
  id: string
  body: { id: string; type: string; timestamp: string; data: Record<string, unknown> }
}

export type BotAnswer = { status?: number; body?: unknown; location?: string } | 'hang'

export interface Bot {
  url: string
  asked: Asked[]
  /** The most questions that were open at one time. */
  mostAtOnce: number
  /** What it answers from now on. */
  answer: (asked: Asked) => BotAnswer | Promise<BotAnswer>
  until<T>(read: () => T | false | null | undefined): Promise<T>
}

export const BOT_SECRET = 'whsec_ZXhhbXBsZS1vbmx5LWNoYW5nZS1tZQ=='

/** For a file of stories: what it gives starts the operator's own bot, which ends with the story. */
export function bots(): () => Promise<Bot> {
  const open: (() => void)[] = []
  afterEach(() => {
    for (const close of open.splice(0)) close()
  })
  return async () => {
    const { bot, close } = await startBot()
    open.push(close)
    return bot
  }
}

async function startBot(): Promise<{ bot: Bot; close: () => void }> {
  const changes = createChanges(() => `The bot was asked ${bot.asked.length} times`)
  let open = 0
  const server = createServer(async (req, res) => {
    bot.mostAtOnce = Math.max(bot.mostAtOnce, ++open)
    res.on('close', () => open--)
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const id = String(req.headers['webhook-id'])
    const timestamp = Number(req.headers['webhook-timestamp']) * 1000
    const expected = signWebhook({ secret: BOT_SECRET, id, timestamp, body })['webhook-signature']
    const asked: Asked = { signed: req.headers['webhook-signature'] === expected, id, body: JSON.parse(body || '{}') }
    bot.asked.push(asked)
    changes.changed()
    const answer = await bot.answer(asked)
    if (answer === 'hang') return
    const location = answer.location === undefined ? {} : { location: answer.location }
    res.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...location })
    res.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const bot: Bot = {
    url: `http://127.0.0.1:${port}/answer`,
    asked: [],
    mostAtOnce: 0,
    answer: () => ({ status: 204 }),
    until: changes.until,
  }
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { bot, close }
}
