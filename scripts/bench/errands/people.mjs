import { setTimeout as sleep } from 'node:timers/promises'
import { settings } from '../settings.mjs'
import { number } from './inbox.mjs'

/** Intercom counts calls in windows of this length. */
const WINDOW_MS = 10_000
/** So few calls of ours leave what is measured next enough of the window that they were made in. */
const FEW = 200

/** Customers who are in a conversation already: `{ people: { customer, contactId, conversationId }[] }`, for seed.mjs. */
export async function people({ intercom }, { count }) {
  const found = []
  for (let n = 0; n < count; n++) {
    const customer = number(n)
    const { id: contactId } = intercom.addContact({ phone: customer, externalId: `sms:${customer}` })
    found.push({ customer, contactId, conversationId: await open(intercom, contactId) })
  }
  if (count > FEW) await sleep(WINDOW_MS - (Date.now() % WINDOW_MS))
  return { people: found }
}

async function open({ url }, contactId) {
  const answer = await fetch(`${url}/conversations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${settings.INTERCOM_ACCESS_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ from: { type: 'contact', id: contactId }, body: 'Hello' }),
  })
  if (!answer.ok) throw new Error(`The conversation could not be opened: ${answer.status}`)
  return (await answer.json()).conversation_id
}
