import { readFileSync } from 'node:fs'
import { escapeHtml } from '../../rules/text.ts'
import { SUPPORT } from './people.ts'
import type { Shores, WaitingText } from './state.ts'
import type { Trail } from './trail.ts'

export interface TextFromPhone {
  phone: string
  body: string
  photo: boolean
}

export interface Answer {
  conversationId: string
  body: string
  how: 'reply' | 'close' | 'note'
}

export type Service = 'twilio' | 'intercom'

/** What people can do on the page. */
export interface Actions {
  text(text: TextFromPhone): void
  answer(answer: Answer): void
  setDown(service: Service, down: boolean): void
  /** Texts that left the phone while Twilio was down, oldest first. */
  waiting(): readonly WaitingText[]
}

/** What the phones of the demo take pictures of. */
export const PHOTO = {
  contentType: 'image/png',
  data: readFileSync(new URL('../page/photo.png', import.meta.url)),
}
const NAMES = { twilio: 'Twilio', intercom: 'Intercom' }

export function createActions({ twilio, intercom }: Shores, trail: Trail): Actions {
  const waiting: WaitingText[] = []
  let lastId = 0
  let handingOver = false

  /** Carriers keep a text that Twilio does not take, and hand over one after another. */
  async function handOver(): Promise<void> {
    if (handingOver) return
    handingOver = true
    for (let text = next(); text; text = next()) {
      await twilio.text({ from: text.phone, to: SUPPORT, body: text.body, media: text.photo ? [PHOTO] : [] })
    }
    handingOver = false
  }
  const next = () => (twilio.down ? undefined : waiting.shift())

  return {
    waiting: () => waiting,
    text(text) {
      waiting.push({ ...text, id: `waiting-${++lastId}` })
      void handOver()
    },
    answer({ conversationId, body, how }) {
      const html = escapeHtml(body).replaceAll('\n', '<br>')
      const { agent } = intercom
      if (how === 'note') agent.note(conversationId, html)
      else if (how === 'close') agent.replyAndClose(conversationId, html)
      else agent.reply(conversationId, html)
    },
    setDown(service, down) {
      const shore = { twilio, intercom }[service]
      if (shore.down === down) return
      shore.down = down
      trail.tell(
        down
          ? {
              tone: 'failed',
              title: `${NAMES[service]} is down`,
              detail: 'The bridge keeps what comes in and tries again.',
            }
          : { tone: 'done', title: `${NAMES[service]} is back`, detail: 'What waited goes out in its order.' },
      )
      if (service === 'twilio') setImmediate(() => void handOver())
    },
  }
}
