import { setTimeout as sleep } from 'node:timers/promises'
import { number, OURS, wordsPosted, wordsTexted } from './inbox.mjs'

const WAYS = { texts: textToPart, replies: replyToText }

/**
 * One text (or reply) after another, each when the one before is through and `pauseMs` have passed.
 * @returns `{ times }`: ms that the bridge itself took for each, without what the vendors took
 */
export async function walk(town, { what, from = 0, people, count, pauseMs }) {
  const times = []
  for (let n = 0; n < count; n++) {
    times.push(await WAYS[what](town, from + (n % people), `${what} ${from} ${n}`))
    await sleep(pauseMs)
  }
  return { times }
}

async function textToPart({ twilio, intercom }, customer, words) {
  const earlier = intercom.requests.length
  const at = performance.now()
  const told = twilio.text({ from: number(customer), to: OURS, body: words })
  const since = () => intercom.requests.slice(earlier)
  const part = await intercom.until(() => since().find((request) => wordsPosted(request) === words))
  await told
  await intercom.until(() => part.answeredAt)
  const before = since().filter(({ answeredAt }) => answeredAt !== null && answeredAt <= part.receivedAt)
  return part.receivedAt - at - before.reduce((ms, { receivedAt, answeredAt }) => ms + answeredAt - receivedAt, 0)
}

async function replyToText({ twilio, intercom }, customer, words) {
  const earlier = twilio.requests.length
  const { id } = intercom.agent.reply(intercom.conversations[customer].id, words)
  const text = await twilio.until(() => twilio.requests.slice(earlier).find((one) => wordsTexted(one) === words))
  const { sentAt } = await intercom.until(() => deliveryOf(intercom, id))
  return text.receivedAt - sentAt
}

/** The notification under which a part was told first. */
export const deliveryOf = ({ deliveries }, partId) =>
  deliveries.findLast(
    ({ topic, payload }) =>
      topic === 'conversation.admin.replied' &&
      payload.data.item.conversation_parts.conversation_parts.some(({ id }) => id === partId),
  )
