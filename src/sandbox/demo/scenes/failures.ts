import { WHATSAPP } from '../people.ts'
import { CHANNEL } from '../settings.ts'
import type { Scene } from './scene.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const GROUP = 'When a text does not arrive'

/** Twilio takes the text, and for this reason it comes to nothing. */
const refused = (o: { id: string; title: string; code: number; noted: string }): Scene => ({
  id: o.id,
  group: GROUP,
  title: o.title,
  look: `Twilio’s code ${o.code}: one note says why and what to do, and the team channel hears of it (among the steps below).`,
  async play(customer) {
    await customer.writes('Call me')
    customer.fails(o.code)
    customer.replies('Shall I text you instead?')
    await customer.noted(o.noted)
    await customer.told('failed')
  },
})

export const FAILURES: readonly Scene[] = [
  refused({ id: 'landline', title: 'A landline', code: 30006, noted: 'landline' }),
  refused({
    id: 'unregistered',
    title: 'A number that is not registered (10DLC)',
    code: 30034,
    noted: 'not registered',
  }),
  refused({
    id: 'toll-free',
    title: 'A toll-free number that is not verified',
    code: 30032,
    noted: 'not verified yet',
  }),
  {
    id: 'full-queue',
    group: GROUP,
    title: 'A queue that is full',
    look: 'Twilio’s code 21611: it takes no more for the moment, so the bridge waits, and the text goes out once.',
    async play(customer) {
      await customer.writes('When do you come?')
      customer.fails(21611, 'create')
      customer.replies('In ten minutes.')
      await customer.reads('In ten minutes.')
      await customer.attempted('In ten minutes.', '21611')
      await customer.recorded('In ten minutes.', 'delivered')
      customer.hasRead(1)
    },
  },
  {
    id: 'second-chance',
    group: GROUP,
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
    id: 'no-third-chance',
    group: GROUP,
    title: 'A carrier that stays overloaded',
    look: 'Twilio’s code 30017, twice: a second chance is all there is, and then a note says so.',
    async play(customer) {
      await customer.writes('Text me tonight')
      customer.fails(30017)
      customer.fails(30017)
      customer.replies('Good night!')
      await customer.recorded('Good night!', 'undelivered')
      await customer.pause()
      customer.passes(HOUR_MS)
      await customer.readsTwice('Good night!')
      await customer.noted('It was sent twice.')
      customer.hasRead(2)
    },
  },
  {
    id: 'whatsapp-window',
    group: GROUP,
    title: 'WhatsApp, a day later',
    look: 'Twilio’s code 63016: WhatsApp takes free text for 24 hours after the customer’s last message only, which a note tells.',
    async play(customer) {
      await customer.texts('Is the blue one in stock?', { to: WHATSAPP })
      await customer.conversations(1)
      customer.replies('I ask the warehouse.')
      await customer.reads('I ask the warehouse.', WHATSAPP)
      await customer.pause()
      customer.passes(DAY_MS + HOUR_MS)
      customer.fails(63016, 'callback', { from: WHATSAPP })
      customer.replies('Yes, three of them.')
      await customer.noted('more than 24 hours old')
      await customer.told('failed')
    },
  },
  {
    id: 'filtering',
    group: GROUP,
    title: 'Carriers that filter many texts',
    look: 'Twilio’s code 30007, five times in an hour: besides the notes the team channel is alarmed, and told when it is over.',
    settings: `notify: [{ kind: slack, url: ${CHANNEL}, events: [bridge.unhealthy] }]`,
    async play(customer) {
      await customer.writes('Any news?')
      // The share that is filtered is one of the last hour, in which other scenes may have texted.
      customer.passes(HOUR_MS)
      for (const prize of ['A car', 'A trip', 'A phone', 'A watch', 'A bike']) {
        customer.fails(30007)
        customer.replies(`${prize} is yours: https://bit.example/win`)
      }
      await customer.noted('filtered the text as spam')
      await customer.alarmed('Carriers filter many of our texts as spam')
      await customer.pause()
      customer.passes(HOUR_MS)
      await customer.alarmed('The bridge is well again')
    },
  },
  {
    id: 'country',
    group: GROUP,
    title: 'A country you do not text to',
    look: 'Only Canada is allowed for the moment: the reply is not sent, and a note says why.',
    settings: 'limits: { allowedCountries: [CA] }',
    async play(customer) {
      await customer.writes('Do you ship to the States?')
      customer.replies('We do.')
      await customer.noted('country')
    },
  },
]
