import { setTimeout as sleep } from 'node:timers/promises'
import { allWords, number, OURS } from './inbox.mjs'

const LOOK_EVERY_MS = 100

/** People text at a steady rate, whatever becomes of it: `{ sent }`, their words for `verdict`. */
export async function crowd({ twilio }, { from = 0, people, count, perSecond }) {
  const sent = []
  for (let n = 0; n < count; n++) {
    const words = `crowd ${from} ${n}`
    sent.push(words)
    void twilio.text({ from: number(from + (n % people)), to: OURS, body: words })
    await sleep(1000 / perSecond)
  }
  return { sent }
}

/** Everybody texts once, and Twilio tells of it twice: once more as soon as the first telling was answered. */
export async function twice({ twilio }, { from = 0, people }) {
  const tell = async (customer) => {
    const words = `twice ${customer}`
    const { sid } = await twilio.text({ from: number(customer), to: OURS, body: words })
    await twilio.deliver(sid)
    return words
  }
  return { sent: await Promise.all(Array.from({ length: people }, (_, n) => tell(from + n))) }
}

/**
 * What became of the texts, once Intercom has not been asked anything for `quietMs`; as long as some are missing,
 * `patienceMs` are waited for them.
 * @returns how many did not arrive, and how many arrived more than once
 */
export async function verdict({ intercom }, { sent, quietMs, patienceMs }) {
  const startedAt = performance.now()
  const since = (at) => performance.now() - at
  const quietFor = () => since(Math.max(startedAt, intercom.requests.at(-1)?.receivedAt ?? 0))
  const missing = () => {
    const arrived = new Set(allWords(intercom))
    return sent.some((words) => !arrived.has(words))
  }
  while (quietFor() < quietMs || (since(startedAt) < patienceMs && missing())) await sleep(LOOK_EVERY_MS)
  const arrived = allWords(intercom)
  const times = sent.map((words) => arrived.filter((one) => one === words).length)
  return { lost: times.filter((n) => n === 0).length, doubled: times.filter((n) => n > 1).length }
}
