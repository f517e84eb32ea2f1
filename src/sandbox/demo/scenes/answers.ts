import { SALES } from '../people.ts'
import type { Scene } from './scene.ts'

const DAY_MS = 86_400_000

export const ANSWERS: readonly Scene[] = [
  {
    id: 'first-message',
    group: 'Answers by themselves',
    title: 'A first text to Sales',
    look: 'It is greeted by name, and a note shows what was said; the conversation goes to the team Sales with a tag.',
    guest: 'Olga',
    async play(customer) {
      await customer.texts('I would like an offer', { to: SALES })
      await customer.reads('Hello Olga, you have reached Acme Sales')
      await customer.noted('you have reached Acme Sales')
      await customer.assigned('200')
      await customer.tagged('sales')
    },
  },
  {
    id: 'out-of-hours',
    group: 'Answers by themselves',
    title: 'A text on a holiday',
    look: 'The time goes on to the 25th of December: the customer hears that nobody is there.',
    async play(customer) {
      customer.passesUntil(12, 25)
      await customer.writes('Is anybody there?')
      await customer.reads('We are closed today')
      customer.passes(DAY_MS)
    },
  },
  {
    id: 'keyword',
    group: 'Answers by themselves',
    title: 'The keyword HOURS',
    look: 'It is answered on the phone and opens no conversation.',
    async play(customer) {
      await customer.texts('Hours?')
      await customer.reads('We are open all day.')
      await customer.conversations(0)
    },
  },
  {
    id: 'keyword-in-text',
    group: 'Answers by themselves',
    title: 'A keyword in the middle of a text',
    look: '“price” is answered, and the text goes to the inbox with a tag.',
    async play(customer) {
      await customer.writes('What is the price of a cake?')
      await customer.reads('https://example.com/prices')
      await customer.tagged('prices')
    },
  },
  {
    id: 'own-bot',
    group: 'Answers by themselves',
    title: 'Your own bot',
    look: 'A bot of the business is asked over a signed webhook; it knows about parking, and leaves all else to people.',
    async play(customer) {
      await customer.writes('Is there parking?')
      await customer.reads('free parking')
    },
  },
  {
    id: 'bot-hands-over',
    group: 'Answers by themselves',
    title: 'Your own bot hands over',
    look: 'Asked for a person it leaves the conversation to people: what it knows is not said any more.',
    async play(customer) {
      await customer.writes('Is there parking?')
      await customer.reads('free parking')
      await customer.writes('Can I talk to a person?')
      await customer.reads('A person will answer')
      await customer.pause()
      await customer.writes('Is there parking for a bus as well?')
      await customer.pause()
      customer.replies('Yes, behind the church.')
      await customer.reads('behind the church')
      customer.hasRead(3)
    },
  },
  {
    id: 'fin',
    group: 'Answers by themselves',
    title: 'Fin, and a workflow',
    look: 'What they reply in the inbox is texted as well.',
    async play(customer) {
      await customer.writes('When do you open?')
      customer.botSays('We open at nine.', 'Fin')
      await customer.reads('We open at nine.')
      customer.botSays('Thank you for writing!', 'workflow')
      await customer.reads('Thank you for writing!')
      customer.hasRead(2)
    },
  },
  {
    id: 'machine',
    group: 'Answers by themselves',
    title: 'Another machine',
    look: 'It says the same again and again: after a few answers the bridge keeps still, and a note says why.',
    async play(customer) {
      for (let n = 0; n < 6; n++) {
        await customer.writes('Thank you for the price list.')
        await customer.pause()
      }
      await customer.noted('a machine')
    },
  },
  {
    id: 'quiet-hours',
    group: 'Answers by themselves',
    title: 'Quiet hours',
    look: 'At ten in the evening the greeting waits; at nine in the morning it comes, unless somebody has replied by then.',
    settings: 'quietHours: { from: "21:00", to: "08:00", timezone: business }',
    async play(customer) {
      customer.passesUntilHour(22)
      await customer.texts('Are you still up?', { to: SALES })
      await customer.conversations(1)
      await customer.pause()
      customer.passesUntilHour(9)
      await customer.reads('you have reached Acme Sales')
    },
  },
]
