import type { Scene } from './scene.ts'

export const CONSENT: readonly Scene[] = [
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
    id: 'advanced-opt-out',
    group: 'Consent',
    title: 'ARRET, under Advanced Opt-Out',
    look: 'Twilio knows more words for STOP and says which this is: the opt-out is noted, and the contact carries it.',
    async play(customer) {
      await customer.writes('Bonjour')
      await customer.texts('ARRET', { optOutType: 'STOP' })
      await customer.noted('has opted out')
      await customer.marked('sms_opted_out', true)
      customer.replies('Pardon?')
      await customer.noted('was not texted')
      customer.hasRead(0)
    },
  },
  {
    id: 'help',
    group: 'Consent',
    title: 'HELP',
    look: 'Twilio answers by itself; the bridge adds nothing and opens no conversation, but keeps it on record.',
    async play(customer) {
      await customer.texts('HELP')
      await customer.reads('Reply STOP to unsubscribe.')
      await customer.recorded('HELP', 'received')
      await customer.pause()
      customer.hasRead(1)
      await customer.conversations(0)
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
    id: 'optout-note',
    group: 'Consent',
    title: 'The notes /optout and /optin',
    look: 'The agent takes a customer’s wish down, and later another one: each is recorded and confirmed by a note.',
    async play(customer) {
      await customer.writes('I have changed my number, this is my work phone')
      customer.notes('/optout')
      await customer.noted('has opted out')
      customer.notes('/optin')
      await customer.noted('may be texted again')
    },
  },
]
