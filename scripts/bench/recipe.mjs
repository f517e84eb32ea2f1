import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { unlessQuick } from './options.mjs'
import { databaseIn, load, newFolder, startBridge, startRecipe, startTown } from './processes.mjs'
import { seedDatabase } from './seed.mjs'
import { median, round, target } from './statistics.mjs'
import { INBOUND } from './texts.mjs'

const ROUNDS = unlessQuick(3, 1)
/** Three calls each by the recipe: well within what Intercom allows. */
const LOAD = { connections: 50, perSecond: 20, seconds: unlessQuick(5, 1) }
const DELAYS_MS = unlessQuick([0, 250, 5000], [0])
const USUAL_DELAY_MS = 250
const PEOPLE = unlessQuick(100, 10)
const CROWD = { people: PEOPLE, count: unlessQuick(200, 20), perSecond: 50 }
const QUIET_MS = unlessQuick(5000, 500)
/** What is kept may yet be delivered; what is not kept comes no more. */
const PATIENCE_MS = 60_000
/** Of the usual minute, so that a round does not take two. */
const SETTLE_SECONDS = unlessQuick(5, 0.2)
const BEHAVIOUR = { timing: { settleSeconds: SETTLE_SECONDS } }

const CONTENDERS = {
  recipe: { start: ({ town }) => startRecipe({ town }) },
  'the bridge': { start: ({ town, folder }) => startBridge({ town, folder, behaviour: BEHAVIOUR }), keeps: true },
}

export const recipe = {
  title: 'Beside the common recipe',
  measured: [
    'servers/recipe.mjs, written for this comparison: search the contact, search the conversation, reply, all inside the request of',
    `the webhook, with nothing stored. Both get the same texts and the same Intercom. ${ROUNDS} rounds, medians (lost and doubled: sums).`,
    `Acknowledgements: ${LOAD.perSecond} texts a second for ${LOAD.seconds} s while Intercom takes ${DELAYS_MS.join(', ')} ms for each call; Twilio gives up after 15 s.`,
    `kill -9: ${CROWD.count} texts, ${CROWD.perSecond} a second, from ${PEOPLE} customers in conversations, Intercom at ${USUAL_DELAY_MS} ms; killed in the middle and started again`,
    `at once; counted when Intercom has had ${QUIET_MS / 1000} s of quiet and, of the bridge, all is there, for a minute at most (timing.settleSeconds of the bridge: ${SETTLE_SECONDS}).`,
    `told twice: ${PEOPLE} texts, each told again as soon as it was answered.`,
  ],
  async run() {
    const results = Object.fromEntries(Object.keys(CONTENDERS).map((name) => [name, []]))
    for (let n = 0; n < ROUNDS; n++) {
      for (const [name, contender] of Object.entries(CONTENDERS)) results[name].push(await measure(contender))
    }
    const rows = Object.entries(results).map(([name, rounds]) => rowOf(name, rounds))
    const bridge = rows.at(-1)
    const wrong = ['lost by kill -9', 'doubled by kill -9', 'lost, told twice', 'doubled, told twice']
    const faults = wrong.filter((what) => bridge[what] > 0).map((what) => `the bridge: ${bridge[what]} texts ${what}`)
    const slowest = `p99, Intercom ${DELAYS_MS.at(-1)} ms`
    return { rows, targets: [target(`the bridge, ${slowest}`, bridge[slowest], '< 50', ' ms')], faults }
  },
}

async function measure(contender) {
  const acks = []
  for (const intercomDelayMs of DELAYS_MS) acks.push(await acknowledge(contender, intercomDelayMs))
  return { acks, killed: await kill(contender), twice: await tellTwice(contender) }
}

function acknowledge(contender, intercomDelayMs) {
  return inConversations(contender, { intercomDelayMs }, async ({ server }) => {
    const texts = { path: INBOUND, sends: 'texts', warmUp: intercomDelayMs > USUAL_DELAY_MS ? 0 : LOAD.connections }
    const { levels } = await load(server, { ...texts, levels: [LOAD] })
    return levels[0]
  })
}

function kill(contender) {
  return inConversations(contender, { intercomDelayMs: USUAL_DELAY_MS }, async (stage) => {
    const texting = stage.town.tell({ crowd: CROWD })
    await sleep((CROWD.count / CROWD.perSecond) * 500)
    await stage.server.stop()
    stage.server = await contender.start(stage)
    const { sent } = await texting
    return verdictOn(stage.town, contender, sent)
  })
}

function tellTwice(contender) {
  return inConversations(contender, {}, async ({ town }) => {
    const { sent } = await town.tell({ twice: { people: PEOPLE } })
    return verdictOn(town, contender, sent)
  })
}

const verdictOn = (town, { keeps }, sent) =>
  town.tell({ verdict: { sent, quietMs: QUIET_MS, patienceMs: keeps ? PATIENCE_MS : 0 } })

/** With customers who are in conversations already: what differs is what becomes of their next text. */
async function inConversations({ start, keeps }, vendors, work) {
  const stage = { town: await startTown(vendors), folder: newFolder() }
  try {
    const { people } = await stage.town.tell({ people: { count: PEOPLE } })
    if (keeps) await seedDatabase(databaseIn(stage.folder), { people })
    stage.server = await start(stage)
    return await work(stage)
  } finally {
    await stage.server?.stop()
    await stage.town.stop()
    rmSync(stage.folder, { recursive: true, force: true })
  }
}

function rowOf(name, rounds) {
  const sum = (what, how) => rounds.reduce((total, one) => total + one[what][how], 0)
  const acks = DELAYS_MS.flatMap((delayMs, index) => {
    const of = (field) => round(median(rounds.map((one) => one.acks[index][field])), 1)
    return [
      [`p50, Intercom ${delayMs} ms`, of('p50')],
      [`p99, Intercom ${delayMs} ms`, of('p99')],
    ]
  })
  return {
    contender: name,
    ...Object.fromEntries(acks),
    'lost by kill -9': sum('killed', 'lost'),
    'doubled by kill -9': sum('killed', 'doubled'),
    'lost, told twice': sum('twice', 'lost'),
    'doubled, told twice': sum('twice', 'doubled'),
  }
}
