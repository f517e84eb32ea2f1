// Holds the layout of the house: who may import whom, and where the database and the clock live.
// Line limits and process.env are rules of biome.json. Reads the compiled code: what a thing looks like (a type) is no
// dependency on it, and compiling takes exactly those imports away.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'

const folder = (...names) => `^dist/(${names.join('|')})/`
const ROOM = /^dist\/([^/]+)\//

/** Each room with the rooms it may open; what every room may open (errors.ts, log.ts …) are files directly in src/. */
const DOORS = {
  rules: ['rules'],
  store: ['store'],
  queue: ['queue', 'store'],
  config: ['config', 'rules'],
  flows: ['flows', 'rules', 'queue', 'store', 'config'],
  reconcile: ['reconcile', 'flows', 'rules', 'queue', 'store', 'config'],
  twilio: ['twilio', 'flows', 'rules', 'queue', 'config'],
  intercom: ['intercom', 'flows', 'rules', 'queue', 'config'],
  doctor: ['doctor', 'twilio', 'intercom', 'rules', 'store', 'config'],
  notify: ['notify', 'flows', 'rules', 'queue', 'config'],
  sandbox: ['sandbox', 'config', 'rules'],
}

const rules = [
  { name: 'no-cycles', from: {}, to: { circular: true } },
  ...Object.entries(DOORS).map(([room, open]) => ({
    name: `doors-of-${room}`,
    from: { path: folder(room), pathNot: '^dist/sandbox/demo' },
    to: { path: '^dist/[^/]+/', pathNot: folder(...open) },
  })),
  ...['twilio', 'intercom-client'].map((sdk) => ({
    name: `only-one-shore-knows-${sdk}`,
    from: { path: '^dist/', pathNot: folder(sdk === 'twilio' ? 'twilio' : 'intercom') },
    to: { path: `^node_modules/${sdk}/` },
  })),
  {
    name: 'sql-only-in-store-and-queue',
    from: { path: '^dist/', pathNot: folder('store', 'queue') },
    to: { path: '^node_modules/(kysely|better-sqlite3|pg)/' },
  },
  // One file of the console's pages names what only its server knows: the libraries, as their packages ship them to browsers.
  { name: 'nothing-unknown', from: { pathNot: '^dist/console/pages/libraries' }, to: { couldNotResolve: true } },
]

const { output } = await cruise(['dist'], {
  validate: true,
  ruleSet: { forbidden: rules.map((rule) => ({ severity: 'error', ...rule })) },
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '^dist/bin/' },
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
})

const broken = output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`)
for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
  const path = join('src', file)
  if (/\bDate\.now\b/.test(readFileSync(path, 'utf8')) && path !== join('src', 'main.ts')) {
    broken.push(`the-clock-is-injected: ${path} reads Date.now`)
  }
}

const rooms = new Set(output.modules.flatMap(({ source }) => ROOM.exec(source)?.[1] ?? []))
process.stdout.write(
  `layout: ${output.summary.totalCruised} modules in ${rooms.size} rooms, ${broken.length} broken rules\n`,
)
for (const line of broken) process.stderr.write(`  ${line}\n`)
process.exitCode = broken.length > 0 ? 1 : 0
