import { settings } from '../settings.mjs'

export const OURS = settings.TWILIO_PHONE_NUMBERS

/** A customer's number. */
export const number = (n) => `+1202555${String(1000 + n)}`

/** What the customer wrote in a conversation, in order. */
export const wordsOf = ({ source, parts }) => [
  source.text,
  ...parts.filter(({ author }) => author.type === 'user').map(({ text }) => text),
]

/** Everything that customers wrote, in all conversations. */
export const allWords = ({ conversations }) => conversations.flatMap(wordsOf)

/** Requests to Intercom that were not turned away for coming too fast. */
export const answered = ({ requests }) => requests.filter(({ status }) => status !== 429).length

/** How many calls have been made to each vendor so far. */
export const calls = ({ twilio, intercom }) => ({ twilio: twilio.requests.length, intercom: intercom.requests.length })

/** The words of a request that puts a customer's text into Intercom, first of its conversation or not; else undefined. */
export const wordsPosted = ({ method, path, body }) =>
  method === 'POST' && /^\/conversations(\/\d+\/reply)?$/.test(path) && body?.type !== 'admin' ? body?.body : undefined

/** The words of a request that texts a customer; else undefined. */
export const wordsTexted = ({ method, path, body }) =>
  method === 'POST' && path.endsWith('/Messages.json') ? body?.Body : undefined

/**
 * Has Twilio tell of these texts, up to 200 at any time; one customer's follow each other.
 * @param jobs `{ from, body }[]`
 * @returns `{ times, refused }`: ms from each request to its whole answer, and how many were not 200
 */
export async function sendAll(twilio, jobs) {
  const times = []
  let refused = 0
  let next = 0
  const sender = async () => {
    while (next < jobs.length) {
      const job = jobs[next++]
      const at = performance.now()
      const { status } = await twilio.text({ ...job, to: OURS })
      times.push(performance.now() - at)
      if (status !== 200) refused++
    }
  }
  await Promise.all(Array.from({ length: 200 }, sender))
  return { times, refused }
}
