import { unlessQuick } from './options.mjs'
import { residentMemory, startBridge } from './processes.mjs'
import { median, round, target } from './statistics.mjs'

const MINUTES = unlessQuick(20, 0.2)
const TEXTS_PER_SECOND = 40
const SAMPLE_EVERY_MS = unlessQuick(10_000, 1000)

/** Not part of a plain run: it takes 20 minutes. */
export const soak = {
  title: 'A soak',
  measured: [
    `${TEXTS_PER_SECOND} texts a second from 5,000 customers and a reply to every fiftieth for ${MINUTES} minutes; resident memory of the bridge every ${SAMPLE_EVERY_MS / 1000} s.`,
    'Growth: median of the last quarter over the median of the second quarter, the first being warm-up.',
  ],
  async run() {
    const bridge = await startBridge()
    const samples = []
    const timer = setInterval(async () => samples.push(await residentMemory(bridge)), SAMPLE_EVERY_MS)
    try {
      const { sent, replies, posted } = await bridge.tell({
        live: { textsPerSecond: TEXTS_PER_SECOND, minutes: MINUTES },
      })
      const quarter = (n) =>
        median(samples.slice(Math.floor((samples.length * n) / 4), Math.floor((samples.length * (n + 1)) / 4)))
      const quarters = [0, 1, 2, 3].map(quarter)
      const growth = round(quarters[3] / quarters[1])
      const row = { sent, posted, replies, 'MB, each quarter': quarters.map((mb) => round(mb, 0)).join(' / '), growth }
      return { rows: [row], targets: [target('growth of memory', growth, '< 1.1', '')] }
    } finally {
      clearInterval(timer)
      await bridge.stop()
    }
  },
}
