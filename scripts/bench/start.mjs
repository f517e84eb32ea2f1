import { unlessQuick } from './options.mjs'
import { startBridge, untilReady } from './processes.mjs'
import { spread, target } from './statistics.mjs'

const TIMES = unlessQuick(10, 1)

export const start = {
  title: 'Ready after start',
  measured: [
    `From starting the process (node dist/bin/main.js, new database) to a 200 from /readyz, ${TIMES} times, in ms.`,
    'The files are in the page cache, as after a first start.',
  ],
  async run() {
    const listening = []
    const ready = []
    for (let n = 0; n < TIMES; n++) {
      const bridge = await startBridge({ intercomDelayMs: 0 })
      try {
        ready.push(await untilReady(bridge))
        listening.push(bridge.startMs)
      } finally {
        await bridge.stop()
      }
    }
    const row = (what, times) => ({ until: what, ...spread(times) })
    const rows = [row('"listening" is logged', listening), row('/readyz answers 200', ready)]
    return { rows, targets: [target('ready, median', rows[1].median, '< 1000', ' ms')] }
  },
}
