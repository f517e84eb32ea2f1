import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { processorSeconds } from './machine.mjs'
import { large, unlessQuick } from './options.mjs'
import { databaseIn, newFolder, residentMemory, startBridge, startTown, untilDone, untilReady } from './processes.mjs'
import { seedDatabase } from './seed.mjs'
import { compare, median, round, target } from './statistics.mjs'

const ROUNDS = unlessQuick(5, 1)
const SIZES = unlessQuick([1000, 100_000, ...(large ? [1_000_000] : [])], [100, 1000])
const MESSAGES_PER_THREAD = 10
const PEOPLE = unlessQuick(200, 20)
const WARM_UP = { people: PEOPLE, texts: 2 }
const WORK = { people: PEOPLE, texts: unlessQuick(5, 2) }
/** As fast as the bridge can; otherwise the pace that Intercom allows would hide what a text costs. */
const CALLS_PER_MINUTE = 100_000
const BEHAVIOUR = {
  reconcile: { onStart: false, everyMinutes: 1440 },
  limits: { intercomPerMinute: CALLS_PER_MINUTE },
}
const BYTES = 'select page_count * page_size from pragma_page_count(), pragma_page_size()'

export const growth = {
  title: 'As the database grows',
  measured: [
    `Databases with ${SIZES.map((size) => size.toLocaleString('en')).join(', ')} threads, each with ${MESSAGES_PER_THREAD} texts that are done with, and for each text a fact, an effect, an attempt and a`,
    `charge; ${PEOPLE} more customers text. ${ROUNDS} rounds, every size once per round, each time a new process: ready when /readyz`,
    `answers 200; once it is at rest, ${WARM_UP.people * WARM_UP.texts} texts to warm up, then ${WORK.people * WORK.texts} at once into an Intercom that answers immediately and`,
    `allows ${CALLS_PER_MINUTE.toLocaleString('en')} calls a minute. cpu: of the whole process per text; wall: until the last text is in Intercom, per text; bytes: by`,
    'which the database grows per text. Ratios: of medians to those of the smallest. The files are in the page cache.',
  ],
  async run() {
    const towns = []
    try {
      for (const threads of SIZES) towns.push(await prepare(threads))
      const results = towns.map(() => [])
      for (let n = 0; n < ROUNDS; n++) {
        for (const [index, town] of towns.entries()) results[index].push(await measure(town))
      }
      return report(results)
    } finally {
      for (const { town, folder } of towns) {
        await town.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    }
  },
}

async function prepare(threads) {
  const town = await startTown({ callsPer10s: CALLS_PER_MINUTE / 6 })
  const folder = newFolder()
  const { people } = await town.tell({ people: { count: PEOPLE } })
  await seedDatabase(databaseIn(folder), { people, threads, messagesPerThread: MESSAGES_PER_THREAD })
  return { town, folder }
}

async function measure({ town, folder }) {
  const bridge = await startBridge({ town, folder, behaviour: BEHAVIOUR })
  try {
    const readyMs = await untilReady(bridge)
    await untilAtRest(bridge)
    const idle = await residentMemory(bridge)
    await bridge.tell({ rush: WARM_UP })
    await untilDone(bridge)
    const before = { cpu: processorSeconds(bridge.child.pid), bytes: bridge.count(BYTES) }
    const { texts, seconds } = await bridge.tell({ rush: WORK })
    await untilDone(bridge)
    return {
      readyMs,
      idle,
      loaded: await residentMemory(bridge),
      wallMs: (seconds * 1000) / texts,
      cpuMs: ((processorSeconds(bridge.child.pid) - before.cpu) * 1000) / texts,
      bytes: (bridge.count(BYTES) - before.bytes) / texts,
      megabytes: before.bytes / 2 ** 20,
    }
  } finally {
    await bridge.stop()
  }
}

/** Soon after its start the bridge reads the whole file for damage, once a day: no part of what a text costs. */
async function untilAtRest({ child }) {
  await sleep(unlessQuick(4000, 0))
  for (let before = -1, now = processorSeconds(child.pid); now - before > 0.05; now = processorSeconds(child.pid)) {
    before = now
    await sleep(unlessQuick(1000, 100))
  }
}

function report(results) {
  const of = (index, field) => results[index].map((result) => result[field])
  const rows = SIZES.map((threads, index) => ({
    threads: threads.toLocaleString('en'),
    texts: (threads * MESSAGES_PER_THREAD).toLocaleString('en'),
    MB: round(median(of(index, 'megabytes')), 0),
    'cpu ms': round(median(of(index, 'cpuMs'))),
    'cpu ratio': compare(of(index, 'cpuMs'), of(0, 'cpuMs')).ratio,
    'by round': span(compare(of(index, 'cpuMs'), of(0, 'cpuMs')).byRound),
    'wall ms': round(median(of(index, 'wallMs'))),
    'wall ratio': compare(of(index, 'wallMs'), of(0, 'wallMs')).ratio,
    'bytes each': round(median(of(index, 'bytes')), 0),
    'ready ms': round(median(of(index, 'readyMs')), 0),
    'idle MB': round(median(of(index, 'idle')), 0),
    'loaded MB': round(median(of(index, 'loaded')), 0),
  }))
  const last = rows.at(-1)
  return {
    rows,
    targets: [
      target(`cpu per text with ${last.threads} threads, to that with ${rows[0].threads}`, last['cpu ratio'], '<= 1.2'),
      target(`ready with ${last.texts} texts, median`, last['ready ms'], '< 1000', ' ms'),
    ],
    notes: large ? [] : ['A million threads and ten million texts: npm run bench -- growth --large'],
  }
}

const span = ({ min, max }) => `${min} .. ${max}`
