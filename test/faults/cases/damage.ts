import Database from 'better-sqlite3'
import { type Case, kill, onStage } from '../case.ts'
import { api, settled } from '../oracle.ts'
import type { Stage } from '../stage.ts'
import { customer, text } from '../traffic.ts'
import { until } from '../until.ts'

/** What somebody, or something, has done to the one effect that waits while the bridge stands still. */
const SPOILT_EFFECTS: Record<string, object> = {
  'an effect is of a kind that nobody knows': { kind: 'nonsense' },
  'an effect has a body that cannot be read': { body: '{' },
  'an effect has a call that cannot be read': { state: 'sending', request: '{' },
  'an effect is in a step that nobody knows': { state: 'sending', request: '{"step":"nonsense","request":{}}' },
}

const SPOILT_FACTS: Record<string, object> = {
  'a fact is of a kind that nobody knows': { kind: 'nonsense' },
  'a fact has a body that cannot be read': { body: '{' },
}

/** The row goes dead, everybody else goes on; mended and tried anew, nothing of it is lost. */
export const damage: Case[] = [
  ...Object.entries(SPOILT_EFFECTS).map(([name, changes]) => poisoned(name, (stage) => spoilEffect(stage, changes))),
  ...Object.entries(SPOILT_FACTS).map(([name, changes]) => poisoned(name, (stage) => spoilFact(stage, changes))),
]

function poisoned(name: string, happen: (stage: Stage) => Promise<void>): Case {
  return {
    name,
    run: () =>
      // What is spoilt gives up soon; everybody else's calls may take as long as the machine is slow.
      onStage({ timing: { maxAttempts: 3 } }, async (stage) => {
        await happen(stage)
        return 1
      }),
  }
}

async function spoilEffect(stage: Stage, changes: object): Promise<void> {
  stage.intercom.down = true
  await text(stage, 0, 'canary waits')
  await until('it is tried', async () => (await stage.rows('select id from attempts')).length > 0)
  await kill(stage)
  const lane = `inbox:${customer(0)}`
  const [before] = await stage.rows<Record<string, unknown>>('select * from effects where lane = ?', lane)
  if (!before) throw new Error('no effect waits')
  change(stage, 'effects', before, { ...changes, failures: 0 })
  stage.intercom.down = false
  await stage.start()
  await othersGoOn(stage)
  await isDead(stage, 'effects')
  await stage.bridge.stop()
  change(stage, 'effects', before, { kind: before.kind, body: before.body, request: before.request })
  await stage.start()
  await api(stage, 'jobs/retry-dead')
}

async function spoilFact(stage: Stage, changes: object): Promise<void> {
  await text(stage, 0, 'canary hello')
  await settled(stage)
  await stage.bridge.stop()
  const [before] = await stage.rows<Record<string, unknown>>(`select * from facts where kind = 'sms.received'`)
  if (!before) throw new Error('no fact')
  change(stage, 'facts', before, { ...changes, state: 'ready' })
  await stage.start()
  // Behind it in the same lane, which nobody else had woken.
  await text(stage, 0, 'canary behind')
  await othersGoOn(stage)
  await isDead(stage, 'facts')
}

async function othersGoOn(stage: Stage): Promise<void> {
  await text(stage, 1, 'canary other')
  await until('the other customer is served', () => stage.intercom.conversationsOf(customer(1)).length === 1)
}

async function isDead(stage: Stage, table: string): Promise<void> {
  await until('the row is dead, and its lane at rest', async () => {
    const dead = (await stage.rows(`select id from ${table} where state = 'dead'`)).length
    return dead === 1 && (await stage.rows('select key from lanes')).length === 0
  })
}

function change(stage: Stage, table: string, row: Record<string, unknown>, changes: object): void {
  const db = new Database(stage.databaseFile)
  const columns = Object.keys(changes).map((name) => `${name} = ?`)
  db.prepare(`update ${table} set ${columns.join(', ')} where id = ?`).run(...Object.values(changes), row.id)
  db.close()
}
