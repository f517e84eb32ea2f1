import { expect, test } from '@jest/globals'
import { openBeside } from '../../src/store/database.ts'
import { trailOf } from '../../src/store/trail.ts'
import { conversation, sam, untilStatus } from '../support/stories.ts'
import { worlds } from '../support/world.ts'

const start = worlds()

async function trail(databaseUrl: string, id: number) {
  const db = await openBeside(databaseUrl)
  try {
    return await trailOf(db, id)
  } finally {
    await db.destroy()
  }
}

test('the trail of a text and of a reply has every step in order', async () => {
  const world = await start()
  const opened = await conversation(world, 'Is it ready?')
  await sam(world, opened, 'Tomorrow')
  const steps = async (id: number) =>
    (await trail(world.config.databaseUrl, id)).map(({ type, name, outcome }) => [type, name, outcome].join(' ').trim())
  expect((await steps(1)).slice(0, 4)).toEqual([
    'fact sms.received',
    'stored customer',
    'call find contact accepted',
    'call open conversation accepted',
  ])
  await untilStatus(world, 'Tomorrow', 'delivered')
  const reply = await steps(2)
  expect(reply.slice(0, 3)).toEqual(['fact reply.sent', 'stored reply', 'call send text accepted'])
})

test('of a message that is not there, there is no trail', async () => {
  const world = await start()
  expect(await trail(world.config.databaseUrl, 999)).toEqual([])
})
