import { addEffects } from '../../src/queue/jobs.ts'
import { type Db, openBeside } from '../../src/store/database.ts'
import { addMessage, type NewMessage } from '../../src/store/messages.ts'
import { threadOf } from '../../src/store/threads.ts'
import { MARIA, SUPPORT, type World } from '../support/world.ts'

/** The bridge's own database, for what no story would bring about in time. */
async function beside<T>({ config }: World, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openBeside(config.databaseUrl)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Messages between us and Maria (or another customer), made at these times (Unix ms). Resolves with their ids. */
export function messages(
  world: World,
  wanted: (Partial<NewMessage> & { customer?: string; at: number })[],
): Promise<string[]> {
  return beside(world, (db) =>
    db.transaction().execute(async (tx) => {
      const ids: string[] = []
      for (const { customer = MARIA, at, ...more } of wanted) {
        const { id: threadId } = await threadOf(tx, SUPPORT, customer, at)
        const usual = { direction: 'outbound' as const, status: 'delivered', channel: 'sms', body: 'Hi', media: [] }
        ids.push(String(await addMessage(tx, { ...usual, threadId, ...more }, at)))
      }
      return ids
    }),
  )
}

/** An effect that the bridge has given up on. */
export function deadEffect(world: World, at: number): Promise<void> {
  return beside(world, (db) =>
    db.transaction().execute(async (tx) => {
      const lane = `dead:${at}`
      await addEffects(tx, [{ kind: 'conversation.manage', lane, body: {} }], at)
      const dead = { state: 'dead', failures: 12, error: 'No.' } as const
      await tx.updateTable('effects').set(dead).where('lane', '=', lane).execute()
      await tx.deleteFrom('lanes').where('key', '=', lane).execute()
    }),
  )
}

/** A fact that the bridge could not decide. */
export function deadFact(world: World, at: number): Promise<void> {
  return deadFacts(world, { at, count: 1 })
}

/** As many, a millisecond apart. */
export async function deadFacts(world: World, { at, count }: { at: number; count: number }): Promise<void> {
  const fact = { kind: 'conversation.changed', lane: 'dead', body: '{}' }
  const dead = { state: 'dead', attempts: 12, error: 'No.' } as const
  const rows = Array.from({ length: count }, (_, n) => ({
    key: `dead:${at + n}`,
    received_at: at + n,
    ...fact,
    ...dead,
  }))
  await beside(world, (db) => db.insertInto('facts').values(rows).execute())
}
