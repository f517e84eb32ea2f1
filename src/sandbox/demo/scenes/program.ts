import { NEW_CONTACT } from '../settings.ts'
import type { Scene } from './scene.ts'

export const PROGRAM: readonly Scene[] = [
  {
    id: 'answer-to-program',
    group: 'Outbound by program',
    title: 'An answer to a text sent by program',
    look: 'The open conversation is closed and a new one quotes the program’s text; a note in each links to the other.',
    async play(customer) {
      await customer.writes('Do you deliver on Sundays?')
      await customer.program({ body: 'Your parcel is here.' })
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
      await customer.program({ body: 'Still interested?', sendAt, cancelOnReply: true })
      await customer.recorded('Still interested?', 'scheduled')
      await customer.writes('I would like to order after all.')
      await customer.recorded('Still interested?', 'canceled')
      customer.hasRead(0)
    },
  },
  {
    id: 'welcome',
    group: 'Outbound by program',
    title: 'A welcome to a new contact',
    look: 'Wanda is created in Intercom with a phone number, and gets one text.',
    guest: NEW_CONTACT,
    play: (customer) => customer.reads('Welcome, Wanda!'),
  },
  {
    id: 'series',
    group: 'Outbound by program',
    title: 'A step of a Series',
    look: 'Intercom’s Series asks the bridge to text a contact; the answer opens a conversation that quotes it.',
    async play(customer) {
      await customer.series('Your trial ends tomorrow.')
      await customer.reads('Your trial ends tomorrow.')
      await customer.pause()
      await customer.writes('Please extend it.')
      await customer.conversations(1)
    },
  },
]
