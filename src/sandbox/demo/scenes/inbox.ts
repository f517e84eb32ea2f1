import type { Scene } from './scene.ts'

export const INBOX: readonly Scene[] = [
  {
    id: 'sms-note',
    group: 'Starting from the inbox',
    title: 'The note /sms',
    look: 'What follows /sms in a note is texted, and a note says so.',
    async play(customer) {
      await customer.writes('Hi')
      customer.notes('/sms Your parcel is at the desk.')
      await customer.reads('Your parcel is at the desk.')
    },
  },
  {
    id: 'teammate-begins',
    group: 'Starting from the inbox',
    title: 'A conversation that a teammate begins and tags',
    look: 'Tagged sms-channel, its words are texted, and the answer comes into it.',
    async play(customer) {
      customer.begins('Your car is ready.', 'sms-channel')
      await customer.reads('Your car is ready.')
      await customer.writes('I am on my way')
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
  {
    id: 'switch',
    group: 'Starting from the inbox',
    title: 'The note /switch',
    look: 'Intercom is asked to text the customer a link into the Messenger; a note says what came of it.',
    async play(customer) {
      await customer.writes('Can I send you a long log?')
      customer.notes('/switch')
      await customer.noted('Messenger')
    },
  },
]
