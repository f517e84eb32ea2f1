import { rmSync } from 'node:fs'
import { unlessQuick } from './options.mjs'
import { databaseIn, newFolder, startBridge, startTown, untilDone } from './processes.mjs'
import { seedDatabase } from './seed.mjs'
import { median, percentile, round, target } from './statistics.mjs'

const PEOPLE = unlessQuick(200, 20)
const ONE_BY_ONE = unlessQuick(300, 10)
const FIRST_TEXTS = unlessQuick(100, 5)
const PAUSE_MS = 50
const LOAD = { people: PEOPLE, seconds: unlessQuick(20, 1), textsPerSecond: 50, repliesPerSecond: 10 }
const INTERCOM_DELAY_MS = 100
/** The bridge alone decides when: no look for missed messages between, and our number may text as fast as it likes. */
const BEHAVIOUR = { reconcile: { onStart: false, everyMinutes: 1440 }, limits: { twilioPerSecond: 100 } }

const WALKS = {
  'a text in a known conversation': { what: 'texts', people: PEOPLE, count: ONE_BY_ONE },
  'a reply': { what: 'replies', people: PEOPLE, count: ONE_BY_ONE },
  'the first text of a customer': { what: 'texts', from: PEOPLE, people: FIRST_TEXTS, count: FIRST_TEXTS },
}

export const endToEnd = {
  title: 'The bridge’s own share of the time, and the calls it makes',
  measured: [
    'From the request that tells of a text to the request that puts it into Intercom, and from the one that tells of a reply to the',
    'one that texts it, in ms, less what the vendors took for the calls between; read off in the process of the stand-ins.',
    `"one by one": each ${PAUSE_MS} ms after the one before is through. "under load": ${LOAD.textsPerSecond} texts and ${LOAD.repliesPerSecond} replies a second for ${LOAD.seconds} s,`,
    `${PEOPLE} customers, Intercom takes ${INTERCOM_DELAY_MS} ms for each call.`,
    'Calls: all that were made until nothing was left to do, per text; asking for missed texts and prices goes by the clock and is not in it.',
  ],
  async run() {
    const rows = [
      ...(await inConversations({}, oneByOne)),
      ...(await inConversations({ intercomDelayMs: INTERCOM_DELAY_MS }, underLoad)),
    ]
    const [append, reply] = rows
    return {
      rows,
      targets: [
        ...[append, reply].flatMap((row) => [
          target(`${row.what}: own share, median`, row.p50, '< 20', ' ms'),
          target(`${row.what}: own share, p99`, row.p99, '< 60', ' ms'),
        ]),
        target(`${append.what}: calls to Intercom`, append['Intercom calls'], '<= 1'),
        target(`${reply.what}: calls to Twilio`, reply['Twilio calls'], '<= 1'),
        target(`${reply.what}: calls to Intercom`, reply['Intercom calls'], '<= 2'),
      ],
    }
  },
}

/** With a bridge whose customers are in conversations already. */
async function inConversations(vendors, measure) {
  const town = await startTown(vendors)
  const folder = newFolder()
  try {
    const { people } = await town.tell({ people: { count: PEOPLE } })
    await seedDatabase(databaseIn(folder), { people })
    const bridge = await startBridge({ town, folder, behaviour: BEHAVIOUR })
    try {
      return await measure(bridge)
    } finally {
      await bridge.stop()
    }
  } finally {
    await town.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function oneByOne(bridge) {
  // The first of each finds code that is not compiled, and numbers and names that are not known yet.
  for (const [n, { what }] of Object.values(WALKS).entries()) {
    await bridge.tell({
      walk: { what, from: n < 2 ? 0 : PEOPLE + FIRST_TEXTS, people: 20, count: 20, pauseMs: PAUSE_MS },
    })
  }
  const rows = []
  for (const [name, way] of Object.entries(WALKS)) {
    await untilDone(bridge)
    const before = await bridge.tell({ calls: {} })
    const { times } = await bridge.tell({ walk: { ...way, pauseMs: PAUSE_MS } })
    await untilDone(bridge)
    const after = await bridge.tell({ calls: {} })
    const calls = (vendor) => round((after[vendor] - before[vendor]) / way.count)
    rows.push(rowOf(`${name}, one by one`, times, calls))
  }
  return rows
}

async function underLoad(bridge) {
  const { texts, replies } = await bridge.tell({ stroll: LOAD })
  const uncounted = () => ''
  return [rowOf('a text, under load', texts, uncounted), rowOf('a reply, under load', replies, uncounted)]
}

function rowOf(what, times, calls) {
  return {
    what,
    count: times.length,
    min: round(Math.min(...times), 1),
    p50: round(median(times), 1),
    p99: round(percentile(times, 0.99), 1),
    max: round(Math.max(...times), 1),
    'Intercom calls': calls('intercom'),
    'Twilio calls': calls('twilio'),
  }
}
