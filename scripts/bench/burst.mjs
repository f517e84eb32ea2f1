import { unlessQuick } from './options.mjs'
import { startBridge } from './processes.mjs'
import { target } from './statistics.mjs'

const CUSTOMERS = unlessQuick(1000, 20)
const TEXTS = unlessQuick(10, 2)
/** `limits.intercomPerMinute` as it is by default. */
const ALLOWED_PER_SECOND = 9000 / 60

export const burst = {
  title: 'A burst',
  measured: [
    `After ${50 * TEXTS} texts of others, ${CUSTOMERS} customers send ${TEXTS} texts each at once, every text on a connection of its own, 200 requests under way at any time, while the bridge drains them into a stand-in for Intercom at the default pace.`,
    'Times from writing the request to the whole answer, in ms.',
  ],
  async run() {
    const bridge = await startBridge()
    try {
      const result = await bridge.tell({ burst: { customers: CUSTOMERS, texts: TEXTS } })
      const share = result.callsPerSecond / ALLOWED_PER_SECOND
      const faults = []
      if (result.lost || result.refused) faults.push(`${result.lost} texts lost, ${result.refused} not acknowledged`)
      if (result.disordered) faults.push(`${result.disordered} conversations out of order`)
      if (result.tooMany) faults.push(`Intercom said 429 ${result.tooMany} times`)
      const targets = [
        target('all acknowledged', result.acknowledgedMs, '< 15000', ' ms'),
        target('p99 of an acknowledgement', result.p99, '< 500', ' ms'),
        target('share of the allowed rate used until drained', Math.round(share * 1000) / 1000, '>= 0.95', ''),
      ]
      return { rows: [result], targets, faults }
    } finally {
      await bridge.stop()
    }
  },
}
