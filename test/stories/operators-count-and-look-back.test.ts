import { describe, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import { beside } from '../cli/command.ts'
import { deadEffect } from '../console/seed.ts'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import {
  conversation,
  maria,
  sam,
  untilDecided,
  untilNotes,
  untilSo,
  untilStatus,
  untilTexted,
} from '../support/stories.ts'
import { MARIA, SAM, SUPPORT, type World, type WorldOptions, worlds } from '../support/world.ts'

const begin = worlds()
const start = (options: WorldOptions = {}) => begin({ config: () => ({ consoleToken: CONSOLE_TOKEN }), ...options })

const HOUR = 3_600_000
const JOHN = '+12025550145'

interface Stats {
  from: string
  to: string
  bucket: string
  buckets: Record<string, unknown>[]
  totals: Record<string, unknown>
  errors: object[]
  survey: object[]
}

async function stats(world: World, query = ''): Promise<Stats> {
  const { status, body } = await api(world, 'GET', `/api/v1/stats${query}`)
  expect(status).toBe(200)
  return body as unknown as Stats
}

type Entry = Record<string, unknown>

/** What was written down, the oldest first. */
async function audit(world: World, query = ''): Promise<Entry[]> {
  const { body } = await api(world, 'GET', `/api/v1/audit${query}`)
  return (body.data as Entry[]).reverse()
}
const deeds = async (world: World) => (await audit(world)).map(({ actor, action, phone }) => [actor, action, phone])

describe('the statistics', () => {
  test('show how much went in and out, what arrived, what failed and why', async () => {
    const world = await start()
    const opened = await conversation(world)
    await sam(world, opened, 'x'.repeat(200))
    await untilStatus(world, 'x'.repeat(200), 'delivered')
    world.twilio.failNext({ at: 'callback', code: 30006 })
    world.intercom.agent.reply(opened.id, 'Bye')
    await untilStatus(world, 'Bye', 'undelivered')
    await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: MARIA } })
    world.intercom.agent.reply(opened.id, 'Too late')
    await untilStatus(world, 'Too late', 'blocked')

    const { totals, buckets, errors, survey, bucket } = await stats(world)
    const volumes = { inbound: 1, outbound: 2, delivered: 1, failed: 1, segments: 3, cost: {} }
    expect(totals).toEqual({
      ...volumes,
      ...{ blocked: 1, unknown: 0, deliveryRate: 0.5, closed: 0, closeSeconds: null },
      firstReplySeconds: { median: expect.any(Number), p90: expect.any(Number) },
    })
    expect([bucket, buckets.length]).toEqual(['day', 31])
    expect(buckets.at(-1)).toEqual({ at: expect.stringMatching(/T00:00:00\.000Z$/), ...volumes })
    expect(errors).toEqual([{ code: 30006, message: expect.stringMatching(/landline/), count: 1 }])
    expect(survey).toEqual([])
  })

  test('are kept up to date: what arrives later counts in the hour in which it was sent', async () => {
    const world = await start()
    world.twilio.callbacks = 'held'
    await sam(world, await conversation(world), 'It ships today.')
    expect((await stats(world, '?bucket=hour')).totals).toMatchObject({ outbound: 1, delivered: 0, deliveryRate: null })
    world.pass(2 * HOUR)
    await world.twilio.releaseCallbacks()
    await untilStatus(world, 'It ships today.', 'delivered')
    const { buckets, totals } = await stats(world, '?bucket=hour')
    expect(totals).toMatchObject({ outbound: 1, delivered: 1, deliveryRate: 1 })
    expect(buckets.slice(-3).map(({ delivered }) => delivered)).toEqual([1, 0, 0])
  })

  test('show what Twilio took, to the last digit', async () => {
    const world = await start()
    await sam(world, await conversation(world), 'It ships today.')
    await untilStatus(world, 'It ships today.', 'delivered')
    world.pass(5 * 60_000)
    await api(world, 'POST', '/api/v1/reconcile')
    const { totals, buckets } = await stats(world, '?bucket=hour')
    expect(totals.cost).toEqual({ USD: '0.0158' })
    expect(buckets.filter(({ cost }) => Object.keys(cost as object).length > 0)).toHaveLength(1)
  })

  test('show how long customers wait for the first answer, and how long conversations are open', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.pass(HOUR)
    await sam(world, opened, 'It ships today.')
    world.pass(HOUR)
    await sam(world, opened, 'And arrives tomorrow.')
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    const { firstReplySeconds, closed, closeSeconds } = (await stats(world)).totals
    const about = (hours: number) => ({ median: near(hours), p90: near(hours) })
    expect([firstReplySeconds, closed, closeSeconds]).toEqual([about(1), 1, about(2)])
  })

  test('count a conversation that is opened again from then on, and a bot’s answer not as a teammate’s', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.operator.say(opened.id, 'I am Fin.', { fromAi: true })
    await untilTexted(world, 'I am Fin.')
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    world.pass(2 * HOUR)
    world.intercom.agent.open(opened.id)
    await untilDecided(world)
    world.pass(HOUR)
    world.intercom.agent.close(opened.id)
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    const { firstReplySeconds, closed, closeSeconds } = (await stats(world)).totals
    expect([firstReplySeconds, closed]).toEqual([null, 2])
    expect(closeSeconds).toEqual({ median: near(0.5), p90: near(1) })
  })

  test('show what customers answered to the survey', async () => {
    const world = await start({ yaml: 'survey: { question: "How did we do? 1-5" }' })
    const opened = await conversation(world)
    await sam(world, opened, 'It ships today.')
    world.intercom.agent.close(opened.id)
    await world.twilio.until(() =>
      world.twilio.sent.some(({ body, status }) => /How did/.test(body) && status === 'delivered'),
    )
    await maria(world, '5')
    await untilNotes(world, opened, 2)
    expect((await stats(world)).survey).toEqual([{ answer: '5', count: 1 }])
    expect((await stats(world, '?from=2020-01-01&to=2020-01-03')).survey).toEqual([])
  })

  test('are shown as they were counted before, while nothing can be written', async () => {
    const world = await start()
    await conversation(world)
    expect((await stats(world)).totals).toMatchObject({ inbound: 1 })
    const beside = new Database(world.config.databaseUrl.replace('sqlite:', ''))
    beside.exec("create trigger full before delete on hourly begin select raise(abort, 'full'); end")
    beside.close()
    await maria(world, 'Still there?')
    await untilSo(async () => ((await stats(world)).totals.inbound as number) === 2)
    world.pass(2 * HOUR)
    expect((await stats(world)).totals).toMatchObject({ inbound: 1 })
  })

  test('are of the time that is asked for, by hours or days', async () => {
    const world = await start()
    const days = await stats(world, '?from=2026-11-01&to=2026-11-03T12:00:00%2B01:00')
    expect([days.from, days.to, days.bucket]).toEqual(['2026-11-01T00:00:00.000Z', '2026-11-03T11:00:00.000Z', 'day'])
    expect(days.buckets.map(({ at }) => at)).toEqual([
      '2026-11-01T00:00:00.000Z',
      '2026-11-02T00:00:00.000Z',
      '2026-11-03T00:00:00.000Z',
    ])
    const hours = await stats(world, '?from=2026-11-01T10:30:00Z&to=2026-11-01T12:00:00Z&bucket=hour')
    expect(hours.buckets.map(({ at }) => at)).toEqual(['2026-11-01T10:00:00.000Z', '2026-11-01T11:00:00.000Z'])
  })
})

/** So many hours in seconds, and what the test itself takes. */
function near(hours: number) {
  return {
    asymmetricMatch: (seconds: number) => Math.abs(seconds - hours * 3600) < 30,
    toString: () => `about ${hours} hours`,
  }
}

describe('who changed what', () => {
  test('a program’s texts, and what it decides about them, are written down without their words', async () => {
    const world = await start()
    const sendAt = new Date(Date.now() + HOUR).toISOString()
    const { body } = await send(world, { to: '(202) 555-0123', body: 'Secret', sendAt }, { 'idempotency-key': 'a' })
    await send(world, { to: MARIA, body: 'Secret', sendAt }, { 'idempotency-key': 'a' })
    await api(world, 'POST', `/api/v1/messages/${body.id}/cancel`)
    await api(world, 'POST', `/api/v1/messages/${body.id}/cancel`)
    const target = `message ${body.id}`
    const entries = await audit(world)
    expect(entries).toEqual([
      { ...common, action: 'message.requested', target },
      { ...common, action: 'message.canceled', target },
    ])
    expect(JSON.stringify(entries)).not.toContain('Secret')
  })

  const common = { id: expect.any(String), at: expect.any(String), actor: 'api', phone: MARIA, details: {} }

  test('opt-outs are written down, whoever enters or strikes them: program, agent, customer', async () => {
    const world = await start()
    const opened = await conversation(world)
    const { body } = await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: JOHN, reason: 'asked by phone' } })
    await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: JOHN } })
    await api(world, 'DELETE', `/api/v1/opt-outs/${body.id}`)
    world.intercom.agent.note(opened.id, '/optout by phone')
    await untilNotes(world, opened, 2)
    await maria(world, 'START')
    await untilSo(async () => (await audit(world, `?phone=${encodeURIComponent(MARIA)}`)).length === 3)
    expect(await deeds(world)).toEqual([
      ['api', 'opt_out.added', JOHN],
      ['api', 'opt_out.ended', JOHN],
      [`agent ${SAM.id}`, 'command.given', MARIA],
      [`agent ${SAM.id}`, 'opt_out.added', MARIA],
      ['bridge', 'opt_out.ended', MARIA],
    ])
    const [, , given, added, ended] = await audit(world)
    expect(given).toMatchObject({ target: `conversation ${opened.id}`, details: { command: 'optout' } })
    expect(added).toMatchObject({ details: { from: SUPPORT, source: 'agent' } })
    expect(ended).toMatchObject({ details: { from: SUPPORT, source: 'keyword' } })
  })

  test('dead letters tried again or laid to rest are written down, at the command line as well', async () => {
    const world = await start({
      yaml: 'reconcile: { onStart: false }',
      config: () => ({ consoleToken: CONSOLE_TOKEN }),
    })
    await conversation(world)
    for (const at of [1, 2]) await deadEffect(world, at)
    const { body } = await api(world, 'GET', '/api/v1/jobs')
    const [two, one] = (body.data as Entry[]).map(({ id }) => String(id))
    await api(world, 'POST', `/api/v1/jobs/${two}/discard`)
    await beside(world, 'retry', String(one))
    expect((await audit(world)).map(({ actor, action, target }) => [actor, action, target])).toEqual([
      ['api', 'job.discarded', `job ${two}`],
      ['cli', 'job.retried', `job ${one}`],
    ])
  })

  test('a look for missed messages is written down', async () => {
    const world = await start()
    await api(world, 'POST', '/api/v1/reconcile', { body: { since: '2026-11-24T08:00:00Z' } })
    expect(await audit(world)).toMatchObject([
      { actor: 'api', action: 'reconcile.asked', details: { since: '2026-11-24T08:00:00Z' } },
    ])
  })

  test('is shown newest first, page by page, or for one customer', async () => {
    const world = await start()
    for (const phone of [MARIA, JOHN, '+12025550146']) await api(world, 'POST', '/api/v1/opt-outs', { body: { phone } })
    const first = (await api(world, 'GET', '/api/v1/audit?limit=2')).body
    const second = (await api(world, 'GET', `/api/v1/audit?limit=2&cursor=${first.next}`)).body
    const phones = (page: Entry) => (page.data as Entry[]).map(({ phone }) => phone)
    expect([phones(first), phones(second), second.next]).toEqual([['+12025550146', JOHN], [MARIA], null])
    expect(await audit(world, '?phone=(202) 555-0145')).toMatchObject([{ phone: JOHN }])
  })

  test('what is refused changes nothing, and is not written down', async () => {
    const world = await start()
    await send(world, { to: 'ACME', body: 'x' })
    await api(world, 'POST', '/api/v1/jobs/e99/retry')
    await api(world, 'DELETE', '/api/v1/opt-outs/99')
    await untilTexted(world)
    expect(await audit(world)).toEqual([])
  })
})
