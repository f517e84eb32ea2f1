import { SALES, SUPPORT } from '../people.ts'
import type { Scene } from './scene.ts'

const DAY_MS = 86_400_000

export const THREADS: readonly Scene[] = [
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
    id: 'snoozed',
    group: 'Threads',
    title: 'A text to a snoozed conversation',
    look: 'Snoozed is not closed: a text six days later wakes the conversation instead of beginning a new one.',
    async play(customer) {
      await customer.writes('I will look for the serial number')
      customer.snoozes()
      await customer.is('snoozed')
      await customer.pause()
      customer.passes(6 * DAY_MS)
      await customer.writes('It is 4711')
      await customer.is('open')
      await customer.conversations(1)
    },
  },
  {
    id: 'new',
    group: 'Threads',
    title: 'The note /new',
    look: 'The next text begins a new conversation although this one is open.',
    async play(customer) {
      await customer.writes('My router blinks')
      customer.notes('/new')
      await customer.noted('new conversation')
      await customer.writes('Another matter: my invoice')
      await customer.conversations(2)
    },
  },
  {
    id: 'continue',
    group: 'Threads',
    title: 'The note /continue',
    look: 'A text six days after closing goes on in the old conversation, because the agent wished it.',
    async play(customer) {
      await customer.writes('I will be back')
      customer.notes('/continue')
      await customer.noted('goes on')
      customer.closes()
      await customer.pause()
      customer.passes(6 * DAY_MS)
      await customer.writes('Here I am')
      await customer.conversations(1)
    },
  },
  {
    id: 'context',
    group: 'Threads',
    title: 'Somebody who was here before',
    look: 'The new conversation opens with a note: number texted, place, and links to the earlier ones.',
    async play(customer) {
      await customer.writes('First matter')
      customer.closes()
      await customer.pause()
      customer.passes(6 * DAY_MS)
      await customer.writes('Second matter')
      await customer.noted('Earlier conversations by text: 1')
    },
  },
  {
    id: 'all-numbers',
    group: 'Threads',
    title: 'One conversation for all your numbers',
    look: 'With threads.scope customer both numbers lead to one conversation; a reply leaves from the number last texted.',
    settings: 'threads: { scope: customer }',
    async play(customer) {
      await customer.texts('A question to support')
      await customer.conversations(1)
      await customer.texts('And one to sales', { to: SALES })
      await customer.pause()
      customer.replies('An answer from sales.')
      await customer.reads('An answer from sales.', SALES)
      await customer.conversations(1)
    },
  },
  {
    id: 'from',
    group: 'Threads',
    title: 'The note /from',
    look: `With threads.scope customer the agent notes /from ${SALES}: the next reply leaves from Acme Sales.`,
    settings: 'threads: { scope: customer }',
    async play(customer) {
      await customer.writes('Who can make me an offer?')
      customer.replies('My colleagues of Sales can.')
      await customer.reads('My colleagues of Sales can.', SUPPORT)
      customer.notes(`/from ${SALES}`)
      await customer.noted('Replies leave from')
      await customer.pause()
      customer.replies('Here we are.')
      await customer.reads('Here we are.', SALES)
      await customer.conversations(1)
    },
  },
  {
    id: 'merged',
    group: 'Threads',
    title: 'A contact that is merged into another one',
    look: 'Somebody cleans up in Intercom; the next text goes on in the same conversation.',
    async play(customer) {
      await customer.writes('I also wrote you an e-mail')
      customer.merges()
      await customer.pause()
      await customer.texts('Did you get it?')
      await customer.pause()
      customer.replies('Yes, both.')
      await customer.reads('Yes, both.')
    },
  },
  {
    id: 'group',
    group: 'Threads',
    title: 'Somebody else joins the conversation',
    look: 'Rita is added by e-mail. The customer’s texts stay the customer’s, and replies go to the customer once.',
    async play(customer) {
      await customer.writes('My colleague Rita knows more')
      customer.joinedBy('Rita')
      await customer.pause()
      await customer.texts('She is on holiday till Monday')
      customer.replies('Then we wait for her.')
      await customer.reads('Then we wait for her.')
    },
  },
]
