import { SALES } from '../people.ts'
import { CHANNEL } from '../settings.ts'
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
      await customer.marked('sms_rating', 2)
    },
  },
  {
    id: 'poll',
    group: 'After the talk',
    title: 'A poll with A, B and C',
    look: 'The question may be any: the answer is in a note and in the details, and counted in the console.',
    settings: 'survey: { question: "Next cake? A lemon, B cherry, C plum", answers: [A, B, C], thanks: Noted! }',
    async play(customer) {
      await customer.writes('Thank you, it was delicious.')
      customer.closes()
      await customer.reads('Next cake?')
      await customer.pause()
      await customer.texts('b')
      await customer.reads('Noted!')
      await customer.noted('answered the survey with “B”')
      await customer.marked('sms_rating', 'B')
      await customer.counted('B')
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
    id: 'digest',
    group: 'Telling the team',
    title: 'A digest',
    look: 'The team channel is not told one by one, but of all at once after half an hour (among the steps below).',
    settings: `notify: [{ kind: slack, url: ${CHANNEL}, digestMinutes: 30, events: [conversation.started, message.received] }]`,
    async play(customer) {
      await customer.writes('Do you cater for weddings?')
      await customer.writes('It will be eighty people.')
      await customer.pause()
      customer.passes(HOUR_MS)
      await customer.told('3 things happened')
    },
  },
]
