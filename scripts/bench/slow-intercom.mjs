import { unlessQuick } from './options.mjs'
import { load, startBridge } from './processes.mjs'
import { median, spread, target } from './statistics.mjs'
import { INBOUND } from './texts.mjs'

const ROUNDS = unlessQuick(3, 1)
const SECONDS = unlessQuick(10, 0.5)
const WARM_UP = unlessQuick(5000, 200)
const INTERCOM_DELAY_MS = 5000

const LOADS = {
  '100 texts a second, 50 at a time': { connections: 50, perSecond: 100 },
  '50 connections flat out': { connections: 50 },
}

export const slowIntercom = {
  title: 'Acknowledgements while Intercom is slow',
  measured: [
    `dist/bin/main.js with a stand-in for Intercom that takes ${INTERCOM_DELAY_MS / 1000} s for every answer; ${ROUNDS} rounds of ${SECONDS} s per load.`,
    `Time from writing the request to the whole answer, in ms, after ${WARM_UP} requests to warm up.`,
  ],
  async run() {
    const faults = []
    const results = Object.fromEntries(Object.keys(LOADS).map((name) => [name, []]))
    for (let n = 0; n < ROUNDS; n++) {
      for (const [name, options] of Object.entries(LOADS)) {
        const result = await measure(options)
        results[name].push(result)
        if (result.ok !== result.sent) faults.push(`${name}: ${result.sent - result.ok} answers were not 200`)
      }
    }
    const rows = Object.entries(results).map(([name, each]) => {
      const p99 = spread(
        each.map((result) => result.p99),
        1,
      )
      return {
        load: name,
        'per second': median(each.map((result) => result.perSecond)),
        p50: median(each.map((result) => result.p50)),
        'p99 min': p99.min,
        'p99 median': p99.median,
        'p99 max': p99.max,
        slowest: Math.max(...each.map((result) => result.max)),
      }
    })
    return { rows, targets: rows.map((row) => target(`p99, ${row.load}`, row['p99 median'], '< 50', ' ms')), faults }
  },
}

async function measure(level) {
  const bridge = await startBridge({ intercomDelayMs: INTERCOM_DELAY_MS })
  try {
    const texts = { path: INBOUND, sends: 'texts', warmUp: WARM_UP }
    const { levels, ...total } = await load(bridge, { ...texts, levels: [{ seconds: SECONDS, ...level }] })
    return { ...levels[0], ...total }
  } finally {
    await bridge.stop()
  }
}
