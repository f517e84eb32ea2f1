import { setTimeout as sleep } from 'node:timers/promises'
import { round } from '../statistics.mjs'
import { answered, number, sendAll, wordsOf, wordsPosted } from './inbox.mjs'

const LOOK_EVERY_MS = 50
const PATIENCE_MS = 10 * 60_000

let rushes = 0

/** People who are in a conversation already text all at once, each several times; ends when Intercom has answered it all. */
export async function rush({ twilio, intercom }, { people, texts }) {
  const name = `rush ${++rushes}`
  const jobs = Array.from({ length: people * texts }, (_, n) => ({
    from: number(n % people),
    body: `${name}, text ${Math.floor(n / people)}`,
  }))
  const before = { requests: intercom.requests.length, answered: answered(intercom) }
  const startedAt = performance.now()
  const { refused } = await sendAll(twilio, jobs)
  const drainedAt = await lastAnswer(intercom, before.requests, name, jobs.length)
  const seconds = (drainedAt - startedAt) / 1000
  const calls = answered(intercom) - before.answered
  return {
    texts: jobs.length,
    seconds: round(seconds),
    textsPerSecond: round(jobs.length / seconds, 1),
    callsPerSecond: round(calls / seconds, 1),
    tooMany: intercom.requests.length - before.requests - calls,
    refused,
    disordered: intercom.conversations.filter((one) => !inOrder(one, name, texts)).length,
  }
}

async function lastAnswer(intercom, from, name, count) {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const ours = intercom.requests.slice(from).filter((one) => one.status === 200 && wordsPosted(one)?.startsWith(name))
    if (ours.length >= count) return Math.max(...ours.map(({ answeredAt }) => answeredAt))
    if (performance.now() > until) throw new Error(`${count - ours.length} of ${count} texts did not arrive`)
    await sleep(LOOK_EVERY_MS)
  }
}

function inOrder(conversation, name, texts) {
  const ours = wordsOf(conversation).filter((words) => words.startsWith(`${name},`))
  return ours.length === 0 || ours.join() === Array.from({ length: texts }, (_, n) => `${name}, text ${n}`).join()
}
