import { quick, unlessQuick } from './options.mjs'
import { load, startBridge, startServer } from './processes.mjs'
import { INTERCOM } from './replies.mjs'
import { compare, median, round, spread, target } from './statistics.mjs'
import { INBOUND } from './texts.mjs'

const ROUNDS = unlessQuick(5, 1)
const CONNECTIONS = unlessQuick([1, 10, 50, 200], [10, 50])
const SECONDS = unlessQuick(1, 0.2)
const WARM_UP = unlessQuick(5000, 200)
/** What Intercom takes for a usual call. */
const INTERCOM_DELAY_MS = 250

const TEXTS = { path: INBOUND, sends: 'texts' }
const REPLIES = { path: INTERCOM, sends: 'replies' }
const HELLO = 'Express 5 "hello", GET'
const FORGETS = 'texts, without storage'
const RESTS = 'texts, durable, worker at rest'
const WORKS = 'texts, durable, worker busy'
const REPLIES_FORGOTTEN = 'replies, without storage'
const REPLIES_KEPT = 'replies, durable, worker at rest'

const CONTENDERS = {
  'bare node:http, POST of the texts': { start: () => startServer('bare.mjs'), path: '/', sends: 'texts' },
  [HELLO]: { start: () => startServer('hello.mjs'), path: '/' },
  'Express 5 "hello", POST of the texts': { start: () => startServer('hello.mjs'), path: '/', sends: 'texts' },
  [FORGETS]: { start: () => startServer('webhooks.mjs', { args: ['forgetting'] }), ...TEXTS },
  [RESTS]: { start: () => startServer('webhooks.mjs', { args: ['durable'] }), ...TEXTS, stores: 'sms.received' },
  [WORKS]: {
    start: () => startBridge({ intercomDelayMs: INTERCOM_DELAY_MS }),
    ...TEXTS,
    stores: 'sms.received',
    busy: true,
  },
  [REPLIES_FORGOTTEN]: { start: () => startServer('webhooks.mjs', { args: ['forgetting'] }), ...REPLIES },
  [REPLIES_KEPT]: { start: () => startServer('webhooks.mjs', { args: ['durable'] }), ...REPLIES, stores: 'reply.sent' },
}

export const acks = {
  title: 'Acknowledgements per second',
  measured: [
    `${CONNECTIONS.join(', ')} keep-alive connections as fast as they get answers; ${ROUNDS} rounds of ${SECONDS} s each, every contender once per round,`,
    `each time a new process, warmed up with ${WARM_UP} requests. "texts": POST /webhooks/twilio/inbound, "replies": POST /webhooks/intercom;`,
    'each is signed and told once.',
    '"cpu µs each": processor time of the server per request, in its best round.',
    '"without storage": the same app and handlers, with a record() that resolves at once.',
    '"worker at rest": facts and lanes are written to SQLite and synced before the answer, nobody works on them.',
    `"worker busy": dist/bin/main.js as npm start runs it, which meanwhile puts the texts into a stand-in for Intercom that`,
    `takes ${INTERCOM_DELAY_MS} ms per call and allows 10,000 calls a minute, on the same core as the acknowledgements.`,
  ],
  async run() {
    const rounds = []
    const faults = []
    for (let n = 0; n < ROUNDS; n++) {
      const results = {}
      for (const [name, contender] of Object.entries(CONTENDERS)) {
        results[name] = await measure(contender)
        faults.push(...results[name].faults.map((fault) => `${name}: ${fault}`))
      }
      rounds.push(results)
    }
    return { ...report(rounds), faults }
  },
}

async function measure({ start, path, sends, stores, busy }) {
  const server = await start()
  try {
    const levels = CONNECTIONS.map((connections) => ({ connections, seconds: SECONDS }))
    const result = await load(server, { path, sends, warmUp: WARM_UP, levels })
    const faults = []
    if (result.ok !== result.sent) faults.push(`${result.sent - result.ok} of ${result.sent} answers were not 200`)
    if (!stores) return { ...result, faults }
    const facts = server.count(`select count(*) from facts where kind = '${stores}'`)
    if (facts !== result.sent) faults.push(`${facts} facts stored for ${result.sent} acknowledged requests`)
    const posted = server.count("select count(*) from messages where status = 'posted'")
    if (busy && posted === 0 && !quick) faults.push('the worker was not busy: no text reached Intercom')
    return { ...result, posted, faults }
  } finally {
    await server.stop()
  }
}

function report(rounds) {
  const of = (name, connections, field = 'perSecond') =>
    rounds.map((results) => results[name].levels.find((level) => level.connections === connections)[field])
  const rows = CONNECTIONS.flatMap((connections) => Object.keys(CONTENDERS).map((name) => rowOf(name, connections, of)))
  const ratios = [
    [RESTS, FORGETS],
    [WORKS, FORGETS],
    [REPLIES_KEPT, REPLIES_FORGOTTEN],
  ]
  const at50 = (name, base) => compare(of(name, 50), of(base, 50))
  const targets = ratios.flatMap(([name, forgets]) => [
    target(`${name} : hello, 50 connections`, at50(name, HELLO).ratio, '>= 0.75'),
    target(`${name} : without storage, 50 connections`, at50(name, forgets).ratio, '>= 0.9'),
    target(`${name}, p99 at 10 connections`, median(of(name, 10, 'p99')), '< 10', ' ms'),
  ])
  const pairs = ratios.map(([name, forgets]) => {
    const { byRound } = at50(name, forgets)
    return `${name} : without storage at 50, round by round: ${byRound.min} .. ${byRound.median} .. ${byRound.max}`
  })
  const { min, median: middle, max } = spread(of(HELLO, 50))
  const notes = [
    ...pairs,
    `noise: "hello" itself varied by ${round((100 * (max - min)) / middle, 0)} % from round to round`,
    `the busy worker put ${median(rounds.map((results) => results[WORKS].posted))} texts per round into Intercom meanwhile`,
    'PostgreSQL is not measured yet.',
  ]
  if (rows.some((row) => row['load cpu'] > 0.9))
    notes.push('where "load cpu" is above 0.9 the load generator was at its limit: those ratios flatter the slow')
  return { rows, targets, notes }
}

function rowOf(name, connections, of) {
  const { min, median: middle, max } = spread(of(name, connections))
  const toHello = compare(of(name, connections), of(HELLO, connections))
  return {
    'per second': name,
    connections,
    min,
    median: middle,
    max,
    'to hello': toHello.ratio,
    'by round': `${toHello.byRound.min} .. ${toHello.byRound.max}`,
    'p50 ms': median(of(name, connections, 'p50')),
    'p99 ms': median(of(name, connections, 'p99')),
    'cpu µs each': Math.min(...of(name, connections, 'serverCpu')),
    'load cpu': median(of(name, connections, 'cpu')),
  }
}
