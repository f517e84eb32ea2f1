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
