import { setTimeout as wait } from 'node:timers/promises'
import { post } from '../../src/sandbox/post.ts'
import type { Random } from './random.ts'
import { CANARY, type Stage, SUPPORT } from './stage.ts'

/** Up to 99 customers with a number of the American range for fiction, then up to 1,000 of the British one. */
export function customer(n: number): string {
  return n < 99 ? `+12025550${100 + n}` : `+442079460${String(n - 99).padStart(3, '0')}`
}

export interface TrafficOptions {
  customers: number
  /** They text until this is true; asked before each text. */
  over: (texts: number) => boolean
  /** Between two texts of one customer, at most. */
  pauseMs?: number
}

/** Customers text, each one text after the other, and Sam replies to about every second one. Resolves when all have fallen silent. */
export async function converse(stage: Stage, random: Random, o: TrafficOptions): Promise<void> {
  const pauseMs = o.pauseMs ?? 200
  const one = async (n: number) => {
    for (let texts = 0; !o.over(texts); texts++) {
      await text(stage, n, words(random, n, texts))
      if (random.chance(0.5)) reply(stage, n, random.chance(0.2) ? `ok ${CANARY}` : `${CANARY} reply ${n}.${texts}`)
      await wait(random.between(0, pauseMs))
    }
  }
  await Promise.all(Array.from({ length: o.customers }, (_, n) => one(n)))
}

export function text(stage: Stage, n: number, body: string) {
  return stage.twilio.text({ from: customer(n), to: SUPPORT, body })
}

/** Sam can reply once there is a conversation. */
export function reply(stage: Stage, n: number, body: string): void {
  const conversation = stage.intercom.conversationsOf(customer(n)).at(-1)
  if (conversation) stage.intercom.agent.reply(conversation.id, body)
}

/** People also say the same thing twice: only the spaces differ, which no vendor is relied on to keep apart. */
function words(random: Random, n: number, texts: number): string {
  if (random.chance(0.2)) return `ok ${CANARY}${' '.repeat(texts)}`
  return `${CANARY} ${n}.${texts} ${random.pick(['ça va?', '👍 & <3', 'yes', 'two\nlines'])}`
}

/** What somebody sends who has no key. Resolves with the two answers. */
export async function forge({ address }: Stage): Promise<number[]> {
  const url = 'https://bridge.example/webhooks'
  const common = { bridgeUrl: 'https://bridge.example', connectUrl: address, timeoutMs: 5000 }
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'AAAA' }
  const sms = `MessageSid=SM${'f'.repeat(32)}&From=%2B12025550198&To=${encodeURIComponent(SUPPORT)}&Body=forged`
  const json = { 'content-type': 'application/json', 'x-hub-signature': `sha1=${'0'.repeat(40)}` }
  const part = { id: '666', part_type: 'comment', body: 'forged', author: { type: 'admin', id: '100' } }
  const item = { type: 'conversation', id: '1', conversation_parts: { conversation_parts: [part] } }
  const told = JSON.stringify({ topic: 'conversation.admin.replied', data: { item } })
  const answers = await Promise.all([
    post({ ...common, url: `${url}/twilio/inbound`, headers: form, body: Buffer.from(sms) }),
    post({ ...common, url: `${url}/intercom`, headers: json, body: Buffer.from(told) }),
  ])
  return answers.map(({ status }) => status)
}
