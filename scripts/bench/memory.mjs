import { setTimeout as sleep } from 'node:timers/promises'
import { load, residentMemory, startBridge } from './processes.mjs'
import { round, spread, target } from './statistics.mjs'
import { INBOUND } from './texts.mjs'

const TIMES = 3
const IDLE_SECONDS = 5

export const memory = {
  title: 'Resident memory',
  measured: [
    `node dist/main.js in MB, ${TIMES} times: idle for ${IDLE_SECONDS} s after the start; then 10 s of 50 texts a second, all put into`,
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
    const faults = results.filter(({ unfinished }) => unfinished > 0).map(() => 'the work was not finished in time')
    return { rows, targets: [target('idle, median', round(rows[0].median), '< 130', ' MB')], faults }
  },
}

async function measure() {
  const bridge = await startBridge({ intercomDelayMs: 0 })
  try {
    await sleep(IDLE_SECONDS * 1000)
    const idle = await residentMemory(bridge)
    await load({
      port: bridge.port,
      method: 'POST',
      path: INBOUND,
      connections: 50,
      perSecond: 50,
      seconds: 10,
      warmUp: false,
    })
    const unfinished = () => bridge.count('select count(*) from lanes')
    for (let waited = 0; unfinished() > 0 && waited < 60; waited++) await sleep(1000)
    await sleep(IDLE_SECONDS * 1000)
    return { idle, worked: await residentMemory(bridge), unfinished: unfinished() }
  } finally {
    await bridge.stop()
  }
}
