// Twilio, Intercom and the people behind them, told what to do by the bench: node town.mjs
//   { bridgePort }                          where the bridge is
//   { burst: { customers, texts } }         everybody texts at once; answers when all is in the inbox
//   { live: { textsPerSecond, minutes } }   an ordinary day, with a reply to every fiftieth text
import { startIntercom } from '../../../dist/sandbox/intercom-server.js'
import { startTwilio } from '../../../dist/sandbox/twilio-server.js'
import { settings } from '../settings.mjs'
import { percentile, round } from '../statistics.mjs'

const OURS = settings.TWILIO_PHONE_NUMBERS
const AT_ONCE = 200
const twilio = await startTwilio({
  accountSid: settings.TWILIO_ACCOUNT_SID,
  authToken: settings.TWILIO_AUTH_TOKEN,
  numbers: [OURS],
})
const intercom = await startIntercom({
  accessToken: settings.INTERCOM_ACCESS_TOKEN,
  clientSecret: settings.INTERCOM_CLIENT_SECRET,
  appId: 'bench',
  admins: [{ id: '100', name: 'Sam Support' }],
})
const number = (n) => `+1202555${String(1000 + n)}`

process.on('message', async ({ bridgePort, burst, live }) => {
  if (bridgePort) connect(bridgePort)
  if (burst) process.send(await runBurst(burst))
  if (live) process.send(await runLive(live))
})
process.on('disconnect', () => process.exit(0))
process.stdout.write(`${JSON.stringify({ msg: 'listening', twilioUrl: twilio.url, intercomUrl: intercom.url })}\n`)

function connect(port) {
  for (const shore of [twilio, intercom]) {
    shore.bridgeUrl = settings.PUBLIC_URL
    shore.connectUrl = `http://127.0.0.1:${port}`
  }
}

async function runBurst({ customers, texts }) {
  // A bridge that has just started has yet to compile what it does; bursts come to one that runs.
  await send(textsOf({ from: customers, customers: 50, texts: 10 }))
  await intercom.until(() => posted() >= 500, 60_000)
  const before = { calls: answered(), posted: posted() }
  const startedAt = performance.now()
  const jobs = textsOf({ from: 0, customers, texts })
  const { times, refused } = await send(jobs)
  const acknowledgedMs = performance.now() - startedAt
  await intercom.until(() => posted() - before.posted >= jobs.length, 30 * 60_000)
  const drainedMs = performance.now() - startedAt
  return {
    acknowledgedMs: round(acknowledgedMs, 0),
    p50: round(percentile(times, 0.5)),
    p99: round(percentile(times, 0.99)),
    refused,
    drainedMs: round(drainedMs, 0),
    callsPerSecond: round((answered() - before.calls) / (drainedMs / 1000)),
    tooMany: intercom.requests.length - answered(),
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

/** One customer's texts follow each other; different customers' do not wait. */
async function send(jobs) {
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
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  return { times, refused }
}

const answered = () => intercom.requests.filter(({ status }) => status !== 429).length
const wordsOf = ({ source, parts }) => [
  source.text,
  ...parts.filter((p) => p.author.type === 'user').map((p) => p.text),
]
const posted = () => intercom.conversations.reduce((sum, one) => sum + wordsOf(one).length, 0)
const inOrder = (conversation, texts) =>
  wordsOf(conversation).join() === Array.from({ length: texts }, (_, n) => `text ${n}`).join()

async function runLive({ textsPerSecond, minutes }) {
  const end = performance.now() + minutes * 60_000
  let sent = 0
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() > end) {
        clearInterval(timer)
        return resolve()
      }
      void twilio.text({ from: number(sent % 5000), to: OURS, body: `text ${sent}` })
      const conversation = sent % 50 === 0 ? intercom.conversations[sent % 5000] : undefined
      if (conversation) intercom.agent.reply(conversation.id, `reply ${sent}`)
      sent++
    }, 1000 / textsPerSecond)
  })
  return { sent, replies: twilio.sent.length, posted: posted() }
}
