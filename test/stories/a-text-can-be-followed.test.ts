import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { wallClock } from '../../src/clock.ts'
import { maskPhone } from '../../src/rules/phone.ts'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import { type Collector, startCollector, type TracedSpan } from '../support/collector.ts'
import { conversation, maria, sam, untilDecided, untilSo, untilStatus, untilWords } from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const start = worlds()
const quiet = { yaml: 'reconcile: { onStart: false }' }

let collector: Collector
beforeEach(async () => {
  collector = await startCollector()
})
afterEach(() => collector.close())

const traced = () => ({
  ...quiet,
  config: () => ({ traces: { url: `${collector.url}/v1/traces`, headers: { 'api-key': 'of the tests' } } }),
})

interface Line {
  msg: string
  trace?: string
  [key: string]: unknown
}
const linesOf = ({ log }: World): Line[] => log.map((line) => JSON.parse(line))
/** What the log says under one id: the messages, and the outcomes of the calls. */
const storyOf = (world: World, trace: string) =>
  linesOf(world)
    .filter((line) => line.trace === trace)
    .map(({ msg, kind, step }) => [msg, msg === 'fact' ? kind : step].filter((word) => word !== undefined).join(' '))

const named = (spans: TracedSpan[], name: string) => spans.filter((span) => span.name === name)
const namesIn = (spans: TracedSpan[], traceId = '') =>
  spans.filter((span) => span.traceId === traceId).map(({ name }) => name)

test('Maria texts, and one id finds her text’s whole story in the log, from the webhook to the conversation', async () => {
  const world = await start(quiet)
  await conversation(world, 'Hello?')
  await untilDecided(world)
  const { trace = '', message } = linesOf(world).find(({ msg }) => msg === 'text received') ?? { msg: '' }
  expect(trace).toMatch(/^[0-9a-f]{32}$/)
  expect(storyOf(world, trace).slice(0, 6)).toEqual([
    'text received',
    'fact sms.received',
    'attempt find contact',
    'attempt open conversation',
    'text posted',
    'attempt tag',
  ])
  // Whatever names the text belongs to its story.
  expect(linesOf(world).filter((line) => line.message === message && line.trace !== trace)).toEqual([])
})

test('Sam replies, and one id finds the reply’s whole story in the log, from his click to its delivery', async () => {
  const world = await start(quiet)
  const opened = await conversation(world)
  await sam(world, opened, 'It ships today.')
  await untilStatus(world, 'It ships today.', 'delivered')
  const { trace = '', message } = linesOf(world).find(({ msg }) => msg === 'text queued') ?? { msg: '' }
  const story = storyOf(world, trace)
  expect(story).toEqual(
    expect.arrayContaining([
      'reply received',
      'text queued',
      'fact reply.sent',
      'attempt send text',
      'text accepted by Twilio',
    ]),
  )
  expect(story.indexOf('reply received')).toBe(0)
  expect(
    linesOf(world)
      .filter(({ msg, trace: of }) => msg === 'text status' && of === trace)
      .at(-1),
  ).toMatchObject({
    message,
    status: 'delivered',
  })
  expect(linesOf(world).filter((line) => line.message === message && line.trace !== trace)).toEqual([])
})

test('every line about a fact, an effect or a text says which trace it belongs to', async () => {
  const world = await start(quiet)
  const opened = await conversation(world)
  world.twilio.failNext({ at: 'callback', code: 30006 })
  await sam(world, opened, 'It ships today.')
  await untilStatus(world, 'It ships today.', 'undelivered')
  const about = linesOf(world).filter((line) => 'fact' in line || 'effect' in line || 'message' in line)
  expect(about.length).toBeGreaterThan(10)
  expect(about.filter(({ trace }) => !/^[0-9a-f]{32}$/.test(trace ?? ''))).toEqual([])
})

test('Maria texts, and her text is one trace: the webhook, the decision and each call hang together', async () => {
  const world = await start(traced())
  await conversation(world)
  await collector.until((spans) => named(spans, 'conversation.manage: tag').length > 0)
  const [webhook] = named(collector.spans, 'webhook sms.received')
  expect(namesIn(collector.spans, webhook?.traceId)).toEqual(
    expect.arrayContaining(['decide sms.received', 'part.post: find contact', 'part.post: open conversation']),
  )
  const children = collector.spans.filter(({ traceId, name }) => traceId === webhook?.traceId && name !== webhook.name)
  expect(new Set(children.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([webhook?.spanId]))
  expect(linesOf(world).find(({ msg }) => msg === 'text received')?.trace).toBe(webhook?.traceId)
  expect(new Set(collector.keys)).toEqual(new Set(['of the tests']))
})

test('Sam replies, and what Twilio says of the text later is part of the same trace, linked to its own webhook', async () => {
  const world = await start(traced())
  await sam(world, await conversation(world), 'It ships today.')
  await untilStatus(world, 'It ships today.', 'delivered')
  await collector.until((spans) => named(spans, 'decide sms.status').length > 0)
  const reply = named(collector.spans, 'webhook reply.sent').find(({ traceId }) =>
    namesIn(collector.spans, traceId).includes('sms.send: send text'),
  )
  expect(namesIn(collector.spans, reply?.traceId)).toContain('decide sms.status')
  const decided = named(collector.spans, 'decide sms.status').find(({ traceId }) => traceId === reply?.traceId)
  expect(named(collector.spans, 'webhook sms.status').map(({ traceId }) => traceId)).toContain(decided?.links[0])
  const [sent] = named(collector.spans, 'sms.send: send text')
  expect(sent?.attributes).toMatchObject({ 'peer.service': 'twilio', 'bridge.outcome': 'accepted' })
})

test('a trace goes on after a restart', async () => {
  const world = await start(traced())
  const opened = await conversation(world, 'one')
  world.intercom.down = true
  await maria(world, 'two')
  let away = 0
  await world.restart(async () => {
    away = wallClock()
    world.intercom.down = false
  })
  await untilWords(world, opened, ['one', 'two'])
  const webhook = () => named(collector.spans, 'webhook sms.received')[1]
  const call = () => named(collector.spans, 'part.post: append part').find(({ failed }) => !failed)
  await collector.until(() => call() !== undefined)
  expect(call()).toMatchObject({ traceId: webhook()?.traceId, parentSpanId: webhook()?.spanId })
  expect([webhook()?.startedAt, call()?.startedAt].map((at = 0) => at > away)).toEqual([false, true])
})

test('a text by program is one trace as well, and stays it when a person sends it again', async () => {
  const usual = traced()
  const world = await start({ ...usual, config: () => ({ ...usual.config(), consoleToken: CONSOLE_TOKEN }) })
  world.twilio.failNext({ at: 'callback', code: 30006 })
  const { body } = await send(world, { to: MARIA, body: 'Your order is here.' })
  await untilStatus(world, 'Your order is here.', 'undelivered')
  await api(world, 'POST', `/api/v1/messages/${body.id}/resend`)
  await untilStatus(world, 'Your order is here.', 'delivered')
  const calls = () => named(collector.spans, 'sms.send: send text')
  await collector.until(() => calls().length === 2)
  await collector.until((spans) => namesIn(spans, calls()[0]?.traceId).includes('decide sms.status'))
  expect(new Set(calls().map(({ traceId }) => traceId)).size).toBe(1)
  expect(calls().map(({ attributes }) => attributes['bridge.message'])).toEqual([Number(body.id), Number(body.id)])
})

test('no trace says who texts, what, or with which secret', async () => {
  const world = await start(traced())
  const opened = await conversation(world, 'my password is violet umbrella')
  await sam(world, opened, 'Never tell anyone, Maria.')
  await untilStatus(world, 'Never tell anyone, Maria.', 'delivered')
  await collector.until((spans) => named(spans, 'decide sms.status').length > 0)
  const told = collector.bodies.join()
  expect(told).toContain('sms.send')
  const secrets = [
    'violet',
    'Never',
    MARIA.slice(1),
    maskPhone(MARIA),
    'Sam',
    world.config.intercom.accessToken,
    opened.id,
  ]
  expect(secrets.filter((secret) => told.includes(secret))).toEqual([])
})

test('while the collector is down, texts go both ways as ever; the log says so once, and once when it is back', async () => {
  await collector.close()
  const world = await start(traced())
  const said = (words: string) => linesOf(world).filter(({ msg }) => msg.startsWith(words)).length
  const opened = await conversation(world, 'one')
  await sam(world, opened, 'It ships today.')
  await untilSo(async () => said('Traces are not taken') > 0)
  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])

  collector = await startCollector(Number(new URL(collector.url).port))
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
  await untilSo(async () => said('Traces are taken again') > 0)
  expect([said('Traces are not taken'), said('Traces are taken again')]).toEqual([1, 1])
})
