import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { type Bridge, startBridge } from '../../src/bridge.ts'
import { wallClock } from '../../src/clock.ts'
import { createLog } from '../../src/log.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts'
import {
  conversation,
  hold,
  maria,
  NOT_LOOKING_BACK,
  sam,
  texted,
  untilSo,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { type World, worlds } from '../support/world.ts'

const start = worlds()
const LUIS = '+12025550124'
const words = (who: string, count: number) => Array.from({ length: count }, (_, n) => `${who} ${n}`)

let server: PostgresServer | undefined
const others: Bridge[] = []

const it = noPostgres ? test.skip : test
if (noPostgres) test.skip(`skipped: ${noPostgres}`, () => {})

beforeAll(async () => {
  if (!noPostgres) server = await startPostgres()
})
afterEach(async () => {
  for (const bridge of others.splice(0)) await bridge.stop()
})
afterAll(() => server?.stop())

/** Two bridges on one database; whoever calls them reaches each in turn. */
async function two(yaml = NOT_LOOKING_BACK): Promise<{ world: World; second: Bridge; url: string; turn(): void }> {
  const url = (await server?.newDatabase()) ?? ''
  const world = await start({ yaml, config: () => ({ databaseUrl: url }) })
  const log = createLog({ level: 'silent', pii: false })
  const second = await startBridge(world.config, { log, now: wallClock, giveUp() {} })
  others.push(second)
  const ports = [world.bridge.port, second.port]
  const turn = () => {
    const port = ports.reverse()[0]
    for (const shore of [world.twilio, world.intercom]) shore.connectUrl = `http://127.0.0.1:${port}`
  }
  return { world, second, url, turn }
}

it('Maria and Luis text two bridges in turn, and everything is in Intercom once and in order', async () => {
  const { world, turn } = await two()
  const mine = await conversation(world, 'Maria 0')
  const his = await conversation(world, 'Luis 0', { from: LUIS })
  for (let n = 1; n < 10; n++) {
    turn()
    const answers = await Promise.all([maria(world, `Maria ${n}`), maria(world, `Luis ${n}`, { from: LUIS })])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  }
  await untilWords(world, mine, words('Maria', 10))
  await untilWords(world, his, words('Luis', 10))
  expect(world.intercom.conversations).toHaveLength(2)
})

it('a text whose webhook reaches both bridges at once is posted once', async () => {
  const { world, second } = await two()
  const mine = await conversation(world, 'one')
  await maria(world, 'two')
  const { sid } = world.twilio.messages.at(-1) ?? { sid: '' }
  const again = world.twilio.deliver(sid)
  world.twilio.connectUrl = `http://127.0.0.1:${second.port}`
  await Promise.all([again, world.twilio.deliver(sid), world.twilio.deliver(sid)])
  await maria(world, 'three')
  await untilWords(world, mine, ['one', 'two', 'three'])
})

it('Sam replies, and whichever bridge hears of it, the phone gets each reply once and in order', async () => {
  const { world, turn } = await two()
  const mine = await conversation(world)
  for (const reply of words('Sam', 8)) {
    turn()
    await sam(world, mine, reply)
  }
  expect(texted(world)).toEqual(words('Sam', 8))
})

it('a customer opts out at one bridge, and the other texts them no more', async () => {
  const { world, turn } = await two()
  const mine = await conversation(world)
  turn()
  await maria(world, 'STOP')
  turn()
  const asked = () => server?.ask(world.config.databaseUrl, 'select count(*) from opt_outs')
  await untilSo(async () => Number(await asked()) === 1)
  world.intercom.agent.reply(mine.id, 'Are you sure?')
  await world.intercom.delivered()
  const blocked = "select count(*) from messages where status = 'blocked'"
  await untilSo(async () => Number(await server?.ask(world.config.databaseUrl, blocked)) === 1)
  expect(texted(world)).toEqual([])
})

it('the pace of a number is kept by both bridges together', async () => {
  const { world, turn } = await two(`${NOT_LOOKING_BACK}\nlimits: { twilioPerSecond: 5 }`)
  const mine = await conversation(world)
  const from = performance.now()
  for (const reply of words('Sam', 6)) {
    turn()
    world.intercom.agent.reply(mine.id, reply)
    await world.intercom.delivered()
  }
  await untilTexted(world, ...words('Sam', 6))
  expect(performance.now() - from).toBeGreaterThan(900)
})

it('one of two bridges is stopped while Maria texts, and the other goes on at once', async () => {
  const { world, second } = await two()
  const mine = await conversation(world, 'one')
  const { holdUntil, release } = hold()
  world.intercom.faults.add({ method: 'POST', path: /reply$/, holdUntil, act: true, answer: 'real', times: 1 })
  await maria(world, 'two')
  const stopped = second.stop()
  others.splice(0)
  release()
  await stopped
  world.twilio.connectUrl = `http://127.0.0.1:${world.bridge.port}`
  await maria(world, 'three')
  await untilWords(world, mine, ['one', 'two', 'three'])
})

it('PostgreSQL goes away and comes back: what cannot be kept is not acknowledged, and the bridge is ready again by itself', async () => {
  const { world, url } = await two()
  const mine = await conversation(world, 'one')
  await server?.restart()
  await untilSo(async () => (await fetch(`${world.twilio.connectUrl}/readyz`)).status === 200)
  await maria(world, 'two')
  await untilWords(world, mine, ['one', 'two'])
  expect(await server?.ask(url, "select count(*) from facts where kind = 'sms.received'")).toBe('2')
})

it('every connection is cut while Maria texts: what was acknowledged arrives, once and in order', async () => {
  const { world, url, turn } = await two()
  const mine = await conversation(world, 'Maria 0')
  const kept = ['Maria 0']
  for (let n = 1; n < 12; n++) {
    turn()
    const [{ status }] = await Promise.all([maria(world, `Maria ${n}`), n % 3 === 0 ? server?.cut(url) : null])
    if (status === 200) kept.push(`Maria ${n}`)
  }
  await world.intercom.until(() => kept.every((text) => wordsOf(mine).includes(text)), 30_000)
  const posted = wordsOf(mine)
  // What was not acknowledged may have been kept all the same, or come once more, later.
  expect(posted.filter((text) => kept.includes(text ?? ''))).toEqual(kept)
  expect(new Set(posted).size).toBe(posted.length)
  expect(kept.length).toBeGreaterThan(4)
})
