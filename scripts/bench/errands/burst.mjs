import { percentile, round } from '../statistics.mjs'
import { untilSo } from '../until.mjs'
import { allWords, answered, number, sendAll, wordsOf } from './inbox.mjs'

/** Everybody texts at once; ends when all is in the inbox. */
export async function burst({ twilio, intercom }, { customers, texts }) {
  const posted = () => allWords(intercom).length
  // A bridge that has just started has yet to compile what it does; bursts come to one that runs.
  await sendAll(twilio, textsOf({ from: customers, customers: 50, texts }))
  await untilSo('the others’ texts are in the inbox', () => posted() >= 50 * texts)
  const before = { calls: answered(intercom), posted: posted() }
  const startedAt = performance.now()
  const jobs = textsOf({ from: 0, customers, texts })
  const { times, refused } = await sendAll(twilio, jobs)
  const acknowledgedMs = performance.now() - startedAt
  await untilSo('all texts are in the inbox', () => posted() - before.posted >= jobs.length, 30 * 60)
  const drainedMs = performance.now() - startedAt
  return {
    acknowledgedMs: round(acknowledgedMs, 0),
    p50: round(percentile(times, 0.5)),
    p99: round(percentile(times, 0.99)),
    refused,
    drainedMs: round(drainedMs, 0),
    callsPerSecond: round((answered(intercom) - before.calls) / (drainedMs / 1000)),
    tooMany: intercom.requests.length - answered(intercom),
    disordered: intercom.conversations.filter((one) => !inOrder(one, texts)).length,
    lost: jobs.length - (posted() - before.posted),
  }
}

/** Each customer's texts in order, all customers in turn. */
function textsOf({ from, customers, texts }) {
  return Array.from({ length: customers * texts }, (_, n) => ({
    from: number(from + (n % customers)),
    body: `text ${Math.floor(n / customers)}`,
  }))
}

const inOrder = (conversation, texts) =>
  wordsOf(conversation).join() === Array.from({ length: texts }, (_, n) => `text ${n}`).join()
