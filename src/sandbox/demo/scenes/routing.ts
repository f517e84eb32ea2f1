import type { Scene } from './scene.ts'

const GROUP = 'Who gets the conversation'
const MONTREAL = { FromCity: 'MONTREAL', FromState: 'QC', FromZip: '', FromCountry: 'CA' }

export const ROUTING: readonly Scene[] = [
  {
    id: 'by-country',
    group: GROUP,
    title: 'A text from Canada',
    look: 'Twilio says where the customer is: the conversation goes to the team Sales, with a note for whoever opens it.',
    settings: 'routing: [{ when: { country: CA }, then: { team: Sales, note: Prices in Canadian dollars please. } }]',
    async play(customer) {
      await customer.texts('Bonjour! Do you deliver to Montreal?', { place: MONTREAL })
      await customer.conversations(1)
      await customer.assigned('200')
      await customer.noted('Prices in Canadian dollars please.')
      await customer.noted('From Montreal, QC, CA.')
    },
  },
  {
    id: 'by-words',
    group: GROUP,
    title: 'A text about an invoice',
    look: 'The word “invoice” anywhere in it: the conversation goes to the team Care, with the tags billing and priority.',
    settings: 'routing: [{ when: { contains: invoice }, then: { team: Care, tag: billing, priority: true } }]',
    async play(customer) {
      await customer.writes('There is a mistake in my INVOICE of May')
      await customer.assigned('201')
      await customer.tagged('billing')
      await customer.tagged('priority')
    },
  },
]
