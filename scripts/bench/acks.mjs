import { load, processorSeconds, startBridge, startServer } from './processes.mjs'
import { compare, median, round, spread, target } from './statistics.mjs'
import { INBOUND } from './texts.mjs'

const ROUNDS = 5
const SECONDS = 3
const CONNECTIONS = 50
/** What Intercom takes for a usual call. */
const INTERCOM_DELAY_MS = 250

const CONTENDERS = {
  'Express 5 "hello", GET': { start: () => startServer('hello.mjs'), method: 'GET', path: '/' },
  'Express 5 "hello", POST of the same forms': { start: () => startServer('hello.mjs'), method: 'POST', path: '/' },
  'the bridge without storage': { start: () => startServer('webhooks.mjs', 'forgetting'), ...inbound() },
  'the bridge, durable, worker at rest': { start: () => startServer('webhooks.mjs', 'durable'), ...inbound('at rest') },
  'the bridge, durable, worker busy': {
    start: () => startBridge({ intercomDelayMs: INTERCOM_DELAY_MS }),
    ...inbound('busy'),
  },
}

function inbound(worker) {
  return { method: 'POST', path: INBOUND, worker }
}

export const acks = {
  title: 'Acknowledgements per second',
  measured: [
    `${CONNECTIONS} keep-alive connections as fast as they get answers; ${ROUNDS} rounds of ${SECONDS} s, every contender once per round,`,
    'each time a new process, warmed up with 5,000 requests. Every text is signed and has a SID of its own.',
    '"cpu µs each": processor time of the server per request, warm-up included, in its best round.',
    '"without storage": the same Express app and handlers, with a record() that resolves at once.',
    '"worker at rest": facts and lanes are written to SQLite (WAL, synchronous=FULL), nobody works on them.',
    `"worker busy": dist/main.js as npm start runs it, which meanwhile puts the texts into a stand-in for Intercom that`,
    `takes ${INTERCOM_DELAY_MS} ms per call and allows 10,000 calls a minute, on the same core as the acknowledgements.`,
  ],
  async run() {
    const rounds = []
    const faults = []
    for (let n = 0; n < ROUNDS; n++) {
      const round = {}
      for (const [name, contender] of Object.entries(CONTENDERS)) {
        round[name] = await measure(contender)
        faults.push(...round[name].faults.map((fault) => `${name}: ${fault}`))
      }
      rounds.push(round)
    }
    return { ...report(rounds), faults }
  },
}

async function measure({ start, method, path, worker }) {
  const server = await start()
  try {
    const before = processorSeconds(server)
    const answers = await load({ port: server.port, method, path, connections: CONNECTIONS, seconds: SECONDS })
    const result = { ...answers, cpuPerRequest: ((processorSeconds(server) - before) / answers.sent) * 1e6 }
    const faults = []
    if (result.ok !== result.sent) faults.push(`${result.sent - result.ok} of ${result.sent} answers were not 200`)
    if (!worker) return { ...result, faults }
    const facts = server.count("select count(*) from facts where kind = 'sms.received'")
    if (facts !== result.sent) faults.push(`${facts} facts stored for ${result.sent} acknowledged texts`)
    const posted = server.count("select count(*) from messages where status = 'posted'")
    if (worker === 'busy' && posted === 0) faults.push('the worker was not busy: no text reached Intercom')
    return { ...result, posted, faults }
  } finally {
    await server.stop()
  }
}

function report(rounds) {
  const of = (name, field = 'perSecond') => rounds.map((round) => round[name][field])
  const [hello, , forgetting, resting, busy] = Object.keys(CONTENDERS)
  const rows = Object.keys(CONTENDERS).map((name) => {
    const { min, median: middle, max } = spread(of(name))
    const toHello = compare(of(name), of(hello))
    return {
      'per second': name,
      min,
      median: middle,
      max,
      'to hello': toHello.ratio,
      'by round': `${toHello.byRound.min} .. ${toHello.byRound.max}`,
      'p50 ms': median(of(name, 'p50')),
      'p99 ms': median(of(name, 'p99')),
      'cpu µs each': round(Math.min(...of(name, 'cpuPerRequest')), 0),
      'load cpu': median(of(name, 'cpu')),
    }
  })
  const targets = [resting, busy].flatMap((name) => [
    target(`${name} : hello`, compare(of(name), of(hello)).ratio, '>= 0.65'),
    target(`${name} : without storage`, compare(of(name), of(forgetting)).ratio, '>= 0.8'),
  ])
  const pairs = [resting, busy].map((name) => {
    const { byRound } = compare(of(name), of(forgetting))
    return `${name} : without storage, round by round: ${byRound.min} .. ${byRound.median} .. ${byRound.max}`
  })
  const { min, median: middle, max } = spread(of(hello))
  const notes = [
    ...pairs,
    `noise: "hello" itself varied by ${round((100 * (max - min)) / middle, 0)} % from round to round`,
    `the busy worker put ${median(of(busy, 'posted'))} texts per round into Intercom meanwhile`,
  ]
  if (rows.some((row) => row['load cpu'] > 0.9))
    notes.push('the load generator was at its limit: the ratios flatter the slow')
  return { rows, targets, notes }
}
