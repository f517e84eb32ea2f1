// npm run bench                 every chapter but the soak and the console
// npm run bench -- soak         twenty minutes of an ordinary day
// npm run bench -- console      its pages, in a Chromium
// npm run bench -- acks start   some of them
// npm run bench -- --quick      does it all work? In half a minute; its figures mean nothing
// npm run bench -- --large      with a million threads and ten million texts in the chapter "growth"
// Prints tables and writes bench-results.json. Exits with 1 when an answer was wrong or a text was lost, never for being slow.
import { readFileSync, writeFileSync } from 'node:fs'
import { acks } from './acks.mjs'
import { burst } from './burst.mjs'
import { consolePages } from './console.mjs'
import { endToEnd } from './end-to-end.mjs'
import { growth } from './growth.mjs'
import { describeMachine, keepOffServerCore } from './machine.mjs'
import { memory } from './memory.mjs'
import { quick } from './options.mjs'
import { recipe } from './recipe.mjs'
import { slowIntercom } from './slow-intercom.mjs'
import { soak } from './soak.mjs'
import { start } from './start.mjs'
import { formatTable } from './statistics.mjs'
import { throughput } from './throughput.mjs'

/** One file per chapter: `{ title, measured, run() }`, where run resolves with `{ rows, targets, notes?, faults? }`. */
const CHAPTERS = {
  acks,
  'slow-intercom': slowIntercom,
  'end-to-end': endToEnd,
  throughput,
  recipe,
  growth,
  start,
  memory,
  burst,
  console: consolePages,
  soak,
}
/** One takes too long to run unasked, the other needs a browser. */
const ASKED_FOR = ['soak', 'console']

const FLAGS = ['--quick', '--large']

const asked = process.argv.slice(2).filter((word) => !FLAGS.includes(word))
const unknown = asked.filter((name) => !Object.hasOwn(CHAPTERS, name))
if (unknown.length > 0) {
  process.stderr.write(`No chapter "${unknown.join('", "')}". There are: ${Object.keys(CHAPTERS).join(', ')}\n`)
  process.exit(2)
}

const machine = describeMachine()
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const results = { version, at: new Date().toISOString(), machine, chapters: {} }
if (quick) print(['--quick: only whether it works; the figures mean nothing'])
print(Object.entries(machine).map(([name, value]) => `${name}: ${value}`))
keepOffServerCore()

for (const name of asked.length > 0 ? asked : Object.keys(CHAPTERS).filter((one) => !ASKED_FOR.includes(one))) {
  const { title, measured, run } = CHAPTERS[name]
  print(['', `== ${title}`, ...measured, ''])
  const { rows, targets: all, notes = [], faults = [] } = await run()
  const targets = quick ? [] : all
  print([formatTable(rows), '', ...targets.map(formatTarget), ...notes, ...faults.map((fault) => `WRONG: ${fault}`)])
  if (faults.length > 0) process.exitCode = 1
  results.chapters[name] = { title, measured, rows, targets, notes, faults }
}

writeFileSync('bench-results.json', `${JSON.stringify(results, null, 2)}\n`)
print(['', 'written: bench-results.json'])

function formatTarget({ what, value, unit, wanted, met }) {
  return `${met ? 'met    ' : 'NOT MET'}  ${what}: ${value}${unit} (wanted ${wanted})`
}

function print(lines) {
  process.stdout.write(`${lines.join('\n')}\n`)
}
