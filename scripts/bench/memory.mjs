import { setTimeout as sleep } from 'node:timers/promises'
import { unlessQuick } from './options.mjs'
import { load, residentMemory, startBridge, untilDone } from './processes.mjs'
import { round, spread, target } from './statistics.mjs'
import { INBOUND } from './texts.mjs'

const TIMES = unlessQuick(3, 1)
/** V8 gives back what starting and working took some ten seconds after it is over. */
const IDLE_SECONDS = unlessQuick(20, 1)
const WORK_SECONDS = unlessQuick(10, 1)

export const memory = {
  title: 'Resident memory',
  measured: [
    `node dist/bin/main.js in MB, ${TIMES} times: idle for ${IDLE_SECONDS} s after the start; then ${WORK_SECONDS} s of 50 texts a second, all put into`,
    `the stand-in for Intercom, and idle for another ${IDLE_SECONDS} s.`,
  ],
  async run() {
    const results = []
    for (let n = 0; n < TIMES; n++) results.push(await measure())
    const row = (when, values) => ({ when, ...spread(values, 1) })
    const rows = [
      row(
        'idle after the start',
        results.map(({ idle }) => idle),
      ),
      row(
        'idle after work',
        results.map(({ worked }) => worked),
      ),
    ]
    return { rows, targets: [target('idle, median', round(rows[0].median), '< 110', ' MB')] }
  },
}

async function measure() {
  const bridge = await startBridge({ intercomDelayMs: 0 })
  try {
    await sleep(IDLE_SECONDS * 1000)
    const idle = await residentMemory(bridge)
    const level = { connections: 50, perSecond: 50, seconds: WORK_SECONDS }
    await load(bridge, { path: INBOUND, sends: 'texts', warmUp: 0, levels: [level] })
    await untilDone(bridge)
    await sleep(IDLE_SECONDS * 1000)
    return { idle, worked: await residentMemory(bridge) }
  } finally {
    await bridge.stop()
  }
}
