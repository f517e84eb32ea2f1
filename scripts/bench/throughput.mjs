import { rmSync } from 'node:fs'
import { unlessQuick } from './options.mjs'
import { databaseIn, newFolder, startBridge, startTown } from './processes.mjs'
import { seedDatabase } from './seed.mjs'
import { round, target } from './statistics.mjs'

const INTERCOM_DELAY_MS = 100
/** `limits.intercomPerMinute` as it is by default. */
const ALLOWED_PER_SECOND = 9000 / 60
const CROWDS = unlessQuick(
  [
    { people: 1, texts: 60 },
    { people: 10, texts: 60 },
    { people: 1000, texts: 3 },
  ],
  [
    { people: 1, texts: 5 },
    { people: 10, texts: 5 },
  ],
)

export const throughput = {
  title: 'Texts per second into Intercom',
  measured: [
    `Customers in conversations of theirs send all their texts at once; Intercom takes ${INTERCOM_DELAY_MS} ms for each call and allows 10,000 a minute,`,
    `of which the bridge uses 9,000 by default: ${ALLOWED_PER_SECOND} a second. A customer's texts stay in order, so one alone is bound by those ${INTERCOM_DELAY_MS} ms.`,
    'Until the last text is answered by Intercom.',
  ],
  async run() {
    const rows = []
    const faults = []
    for (const crowd of CROWDS) {
      const result = await measure(crowd)
      const bound = Math.min(ALLOWED_PER_SECOND, (crowd.people * 1000) / INTERCOM_DELAY_MS)
      rows.push({
        customers: crowd.people,
        texts: result.texts,
        seconds: result.seconds,
        'texts per second': result.textsPerSecond,
        'of what is possible': round(result.textsPerSecond / bound),
        'share of the allowed rate': round(result.callsPerSecond / ALLOWED_PER_SECOND, 3),
        'answers 429': result.tooMany,
      })
      if (result.refused) faults.push(`${result.refused} texts were not acknowledged`)
      if (result.disordered) faults.push(`${result.disordered} conversations out of order`)
      if (result.tooMany) faults.push(`Intercom said 429 ${result.tooMany} times`)
    }
    const { customers, 'share of the allowed rate': share } = rows.at(-1)
    return { rows, targets: [target(`share of the allowed rate, ${customers} customers`, share, '>= 0.95')], faults }
  },
}

async function measure({ people: count, texts }) {
  const town = await startTown({ intercomDelayMs: INTERCOM_DELAY_MS })
  const folder = newFolder()
  try {
    const { people } = await town.tell({ people: { count } })
    await seedDatabase(databaseIn(folder), { people })
    const bridge = await startBridge({ town, folder })
    try {
      return await bridge.tell({ rush: { people: count, texts } })
    } finally {
      await bridge.stop()
    }
  } finally {
    await town.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
