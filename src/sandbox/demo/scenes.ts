import type { Stage } from './stage.ts'

/** One thing the bridge does, played for whoever watches. */
export interface Scene {
  id: string
  group: string
  title: string
  /** What there is to see, where. */
  look: string
  /** Resolves when it has been seen; rejects when it does not come. */
  play(customer: Stage): Promise<void>
}

const DAY_MS = 86_400_000

export const SCENES: readonly Scene[] = [
  {
    id: 'text-and-reply',
    group: 'Threads',
    title: 'A text, a reply',
    look: 'The text opens a conversation with the tag sms-channel; the reply arrives on the phone.',
    async play(customer) {
      await customer.writes('Is my order on its way?')
      customer.replies('It left this morning.')
      await customer.reads('It left this morning.')
    },
  },
  {
    id: 'reopen',
    group: 'Threads',
    title: 'A text two days after closing',
    look: 'It goes to the same conversation and reopens it.',
    async play(customer) {
      await customer.writes('Thanks for your help!')
      customer.closes()
      await customer.pause()
      customer.passes(2 * DAY_MS)
      await customer.writes('One more thing …')
      await customer.conversations(1)
    },
  },
  {
    id: 'start-anew',
    group: 'Threads',
    title: 'A text six days after closing',
    look: 'It begins a new conversation.',
    async play(customer) {
      await customer.writes('Thanks for your help!')
      customer.closes()
      await customer.pause()
      customer.passes(6 * DAY_MS)
      await customer.writes('Hello again')
      await customer.conversations(2)
    },
  },
  {
    id: 'answer-to-program',
    group: 'Outbound by program',
    title: 'An answer to a text sent by program',
    look: 'The open conversation is closed and a new one quotes the program’s text; a note in each links to the other.',
    async play(customer) {
      await customer.writes('Do you deliver on Sundays?')
      await customer.program('POST', '/messages', { body: 'Your parcel is here.' })
      await customer.reads('Your parcel is here.')
      await customer.pause()
      await customer.writes('Great, I will fetch it.')
      await customer.noted('sent by program')
      await customer.conversations(2)
    },
  },
  {
    id: 'cancel-on-reply',
    group: 'Outbound by program',
    title: 'A scheduled text that the customer forestalls',
    look: 'The program’s text for tomorrow is canceled because the customer wrote first.',
    async play(customer) {
      const sendAt = new Date(Date.UTC(2100, 0, 1)).toISOString()
      await customer.program('POST', '/messages', { body: 'Still interested?', sendAt, cancelOnReply: true })
      await customer.writes('I would like to order after all.')
    },
  },
  {
    id: 'opt-out',
    group: 'Consent',
    title: 'STOP, and START',
    look: 'After STOP a reply is not texted and a note says so; START ends that.',
    async play(customer) {
      await customer.writes('Hello there')
      await customer.texts('STOP')
      await customer.noted('has opted out')
      customer.replies('Are you sure?')
      await customer.noted('was not texted')
      await customer.texts('START')
      await customer.noted('may be texted again')
      customer.replies('Welcome back!')
      await customer.reads('Welcome back!')
    },
  },
  {
    id: 'sounds-like-stop',
    group: 'Consent',
    title: '“Please stop texting me”',
    look: 'Free wording is not acted upon: it goes to the inbox with a note that offers /optout.',
    async play(customer) {
      await customer.writes('please stop texting me')
      await customer.noted('sounds like a wish')
    },
  },
  {
    id: 'photo',
    group: 'Media',
    title: 'A photo from the phone',
    look: 'It is attached in the conversation.',
    async play(customer) {
      await customer.texts('Look at this corner', { photo: true })
      await customer.conversations(1)
    },
  },
  {
    id: 'sidebar',
    group: 'Starting from the inbox',
    title: 'A text from the app in the sidebar',
    look: 'The text goes out, a note shows it; open “SMS app” above the conversation to see what became of it.',
    async play(customer) {
      await customer.writes('Hi')
      await customer.presses('Send', { body: 'A word from the sidebar' })
      await customer.reads('A word from the sidebar')
      await customer.noted('A word from the sidebar')
    },
  },
  {
    id: 'sidebar-new',
    group: 'Starting from the inbox',
    title: 'From the sidebar: close it, and start anew',
    look: 'The open conversation is closed; the answer opens a new one under the subject, with the text quoted.',
    async play(customer) {
      await customer.writes('Thanks, that was all.')
      const entered = { body: 'Your yearly check is due. Shall we book?', subject: 'Yearly check', conversation: 'new' }
      await customer.presses('Send', entered)
      await customer.reads('Your yearly check is due.')
      await customer.pause()
      await customer.writes('Yes please')
      await customer.conversations(2)
    },
  },
]
