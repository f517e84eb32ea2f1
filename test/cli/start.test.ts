import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '../store/temporary.ts'
import { worlds } from '../support/world.ts'
import { environmentOf, startCommand } from './command.ts'

const start = worlds()

test('a rule for a team that Intercom does not know ends the start with 2 and names the rule', async () => {
  const world = await start()
  await withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'bridge.yaml'), 'routing: [{ then: { team: Sales } }]')
    const database = { DATABASE_URL: `sqlite:${join(cwd, 'bridge.db')}` }
    const env = { ...environmentOf(world), ...database, BRIDGE_CONFIG: 'bridge.yaml', HOST: '127.0.0.1', PORT: '0' }
    const { code, err } = await startCommand({ cwd, env })
    expect([code, err]).toEqual([
      2,
      'The configuration has 1 fault:\n' +
        '  - routing[0].then.team: "Sales" is not the id or the name of exactly one team in Intercom; it has none\n',
    ])
  })
})
