import { rmSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { unlessQuick } from './options.mjs'
import { databaseIn, newFolder, startBridge, startTown } from './processes.mjs'
import { seedDatabase } from './seed.mjs'
import { spread, target } from './statistics.mjs'

const TIMES = unlessQuick(9, 1)
const THREADS = unlessQuick(100_000, 100)
const MESSAGES_PER_THREAD = 10
const TOKEN = 'console-token-of-the-bench'
const BEHAVIOUR = { reconcile: { onStart: false, everyMinutes: 1440 } }

/** What is looked at, by the address behind `#/`. */
const PLACES = {
  overview: '',
  'overview, 90 days': '?span=quarter',
  messages: 'messages',
  'messages with a word that all have': 'messages?text=order',
  'messages with a word that none has': 'messages?text=tram',
  'messages of one customer': `messages?phone=${encodeURIComponent('+15550000050')}`,
  'messages that failed': 'messages?status=failed',
  'messages of a conversation': 'messages?conversation=100000000000050',
  'one message': `messages/${THREADS * 5}`,
  threads: 'threads',
  'one thread': 'threads/50',
  attention: 'attention',
  'opt-outs': 'opt-outs',
  health: 'health',
  audit: 'audit',
}

export const consolePages = {
  title: 'The console',
  measured: [
    `Each page ${TIMES} times in a Chromium (CHROMIUM_PATH), loaded anew, with ${(THREADS * MESSAGES_PER_THREAD).toLocaleString('en')} messages stored: ms from the navigation until`,
    'everything it asked the bridge for is shown. The files are in the page cache.',
  ],
  async run() {
    const town = await startTown({ intercomDelayMs: 0 })
    const folder = newFolder()
    try {
      await seedDatabase(databaseIn(folder), { threads: THREADS, messagesPerThread: MESSAGES_PER_THREAD })
      const bridge = await startBridge({ town, folder, behaviour: BEHAVIOUR, env: { CONSOLE_TOKEN: TOKEN } })
      try {
        return report(await visit(bridge.port))
      } finally {
        await bridge.stop()
      }
    } finally {
      await town.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function visit(port) {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  try {
    // The page lets nobody evaluate anything, not even whoever measures it.
    const page = await browser.newPage({ bypassCSP: true })
    const address = `http://127.0.0.1:${port}/console/`
    await page.goto(address)
    await page.getByLabel('Token').fill(TOKEN)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await shownAfter(page)
    const results = Object.keys(PLACES).map(() => [])
    // The first round counts the hours, once for good.
    for (let n = -1; n < TIMES; n++) {
      for (const [index, place] of Object.values(PLACES).entries()) {
        await page.goto('about:blank')
        await page.goto(`${address}#/${place}`)
        const ms = await shownAfter(page)
        if (n >= 0) results[index].push(ms)
      }
    }
    return results
  } finally {
    await browser.close()
  }
}

/** In ms since the navigation. */
async function shownAfter(page) {
  const shown = await page.waitForFunction(
    "document.querySelector('main h1') && !document.querySelector('[aria-busy=true]') && performance.now()",
  )
  return shown.jsonValue()
}

function report(results) {
  const rows = Object.keys(PLACES).map((name, index) => ({ 'ms until shown': name, ...spread(results[index]) }))
  const slowest = rows.toSorted((a, b) => b.median - a.median)[0]
  return {
    rows,
    targets: [target(`${slowest['ms until shown']}, the slowest, median`, slowest.median, '< 300', ' ms')],
  }
}
