import { setTimeout as sleep } from 'node:timers/promises'
import { number, OURS, wordsPosted, wordsTexted } from './inbox.mjs'
import { deliveryOf } from './walk.mjs'

/** Where the machine is slow the stand-in is slow to tell: it tells one thing at a time. */
const PATIENCE_MS = 5 * 60_000

/**
 * People text and agents reply at a steady rate, whatever the bridge does.
 * @returns `{ texts, replies }`: ms from each notification to the call it led to. No vendor is waited for on that way.
 */
export async function stroll(town, { people, seconds, textsPerSecond, repliesPerSecond }) {
  const sent = new Map()
  const replied = new Map()
  await Promise.all([
    steadily(seconds, textsPerSecond, (n) => text(town, sent, n % people)),
    steadily(seconds, repliesPerSecond, (n) => reply(town, replied, n % people)),
  ])
  const { twilio, intercom } = town
  const posted = await arrivals(intercom.requests, wordsPosted, sent)
  const texted = await arrivals(twilio.requests, wordsTexted, replied)
  return {
    texts: [...sent].map(([words, at]) => posted.get(words) - at),
    replies: [...replied].map(([words, partId]) => texted.get(words) - deliveryOf(intercom, partId).sentAt),
  }
}

function text({ twilio }, sent, customer) {
  const words = `stroll ${sent.size}`
  sent.set(words, performance.now())
  void twilio.text({ from: number(customer), to: OURS, body: words })
}

function reply({ intercom }, replied, customer) {
  const words = `stroll back ${replied.size}`
  replied.set(words, intercom.agent.reply(intercom.conversations[customer].id, words).id)
}

async function steadily(seconds, perSecond, act) {
  const startedAt = performance.now()
  for (let n = 0; n < seconds * perSecond; n++) {
    await sleep(Math.max(0, startedAt + (n / perSecond) * 1000 - performance.now()))
    act(n)
  }
}

/** When the request for each of the words came. */
async function arrivals(requests, wordsIn, wanted) {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const came = new Map(requests.map((request) => [wordsIn(request), request.receivedAt]))
    const missing = [...wanted.keys()].filter((words) => !came.has(words))
    if (missing.length === 0) return came
    if (performance.now() > until) throw new Error(`${missing.length} of ${wanted.size} did not arrive`)
    await sleep(100)
  }
}
