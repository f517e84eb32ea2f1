import { SALES } from '../people.ts'
import type { Scene } from './scene.ts'

const HOUR_MS = 3_600_000

export const AFTER: readonly Scene[] = [
  {
    id: 'survey',
    group: 'After the talk',
    title: 'How did we do?',
    look: 'Closing asks the customer; a 2 is noted, and opens the conversation again for the team Care.',
    async play(customer) {
      await customer.texts('My cake was late', { to: SALES })
      await customer.conversations(1)
      customer.replies('We are sorry.')
      await customer.reads('We are sorry.')
      customer.closes()
      await customer.reads('How did we do?')
      await customer.texts('2', { to: SALES })
      await customer.reads('Thank you!')
      await customer.assigned('201')
    },
  },
  {
    id: 'landline',
    group: 'When a text does not arrive',
    title: 'A landline',
    look: 'One note says why and what to do, and the team channel hears of it (among the steps below).',
    async play(customer) {
      await customer.writes('Call me')
      customer.fails(30006)
      customer.replies('Shall I text you instead?')
      await customer.noted('landline')
      await customer.told('failed')
    },
  },
  {
    id: 'urgent',
    group: 'Telling the team',
    title: 'A text with the word “urgent”',
    look: 'A signed webhook and an e-mail tell the team at once (among the steps below).',
    async play(customer) {
      await customer.writes('This is urgent: the door is locked')
      await customer.told('its signature is right', 'a webhook of the team')
      await customer.told('Text from', 'the mailbox of the team')
    },
  },
  {
    id: 'country',
    group: 'When a text does not arrive',
    title: 'A country you do not text to',
    look: 'Only Canada is allowed for the moment: the reply is not sent, and a note says why.',
    settings: 'limits: { allowedCountries: [CA] }',
    async play(customer) {
      await customer.writes('Do you ship to the States?')
      customer.replies('We do.')
      await customer.noted('country')
    },
  },
  {
    id: 'second-chance',
    group: 'When a text does not arrive',
    title: 'A phone that is off',
    look: 'The carrier’s reason may pass: the text is sent once more later, and nobody is bothered.',
    async play(customer) {
      await customer.writes('Text me tonight')
      customer.fails(30003)
      customer.replies('Good evening!')
      await customer.reads('Good evening!')
      await customer.pause()
      await customer.pause()
      customer.passes(HOUR_MS)
      await customer.readsTwice('Good evening!')
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
]
