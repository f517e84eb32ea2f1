import { expect, test } from '@jest/globals'
import type { Conversation } from '../../src/sandbox/intercom-server.ts'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { conversation, maria, sam, texted, untilNotes, untilStatus, untilWords, wordsOf } from '../support/stories.ts'
import { type World, worlds } from '../support/world.ts'

const begin = worlds()
const start = () =>
  begin({
    config: () => ({ consoleToken: CONSOLE_TOKEN }),
    yaml: 'timing: { retryBaseSeconds: 0.05, settleSeconds: 0.3, requestTimeoutSeconds: 2 }',
  })

const SEND = { method: 'POST', path: /Messages\.json/ }
const LIST = { method: 'GET', path: /Messages\.json/ }
const NEVER = { act: false, answer: { status: 500 }, times: Number.POSITIVE_INFINITY } as const

/** Sam's reply that nobody knows the fate of; Twilio has it, or has not. Its callbacks are held. Resolves with its id. */
async function unknown(world: World, opened: Conversation, o: { atTwilio: boolean }): Promise<string> {
  world.twilio.callbacks = 'held'
  world.twilio.faults.add({ ...SEND, act: o.atTwilio, answer: 'reset' })
  const listing = world.twilio.faults.add({ ...LIST, ...NEVER })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilNotes(world, opened)
  listing.remove()
  const [message] = await messages(world, 'status=unknown')
  return String(message?.id)
}

async function messages(world: World, query: string): Promise<Record<string, unknown>[]> {
  const { body } = await api(world, 'GET', `/api/v1/messages?${query}`)
  return body.data as Record<string, unknown>[]
}
const jobs = async (world: World) => (await api(world, 'GET', '/api/v1/jobs')).body.data as Record<string, unknown>[]
const order = (world: World, path: string) => api(world, 'POST', `/api/v1${path}`)
const message = async (world: World, id: string) => (await api(world, 'GET', `/api/v1/messages/${id}`)).body

/** Resolves with Sam's reply as soon as it has this status. */
async function settled(world: World, id: string, status: string): Promise<Record<string, unknown>> {
  await untilStatus(world, 'It ships today.', status)
  return message(world, id)
}

test('a text of unknown fate is sent again when a person says so, and then delivered', async () => {
  const world = await start()
  const id = await unknown(world, await conversation(world), { atTwilio: false })
  world.twilio.callbacks = 'auto'
  const { status, body } = await order(world, `/messages/${id}/resend`)
  expect([status, body.status, body.error]).toEqual([202, 'queued', null])
  await settled(world, id, 'delivered')
  expect(texted(world)).toEqual(['It ships today.'])
})

test('its attempts tell the whole story', async () => {
  const world = await start()
  const id = await unknown(world, await conversation(world), { atTwilio: false })
  await order(world, `/messages/${id}/resend`)
  const { attempts } = await settled(world, id, 'sent')
  const told = (attempts as { step: string; outcome: string }[])
    .filter(({ step }) => step.endsWith('send text'))
    .map(({ step, outcome }) => `${step}: ${outcome}`)
  expect([told[0], told[1], told.at(-1)]).toEqual([
    'send text: uncertain',
    expect.stringMatching(/^look for: send text: /),
    'send text: accepted',
  ])
})

test('a text that a person knows to have arrived counts as sent, and is not sent again', async () => {
  const world = await start()
  const opened = await conversation(world)
  const id = await unknown(world, opened, { atTwilio: true })
  const { status, body } = await order(world, `/messages/${id}/mark-sent`)
  expect([status, body.status]).toEqual([202, 'sent'])
  await sam(world, opened, 'Bye')
  expect(texted(world)).toEqual(['It ships today.', 'Bye'])
})

test('proof that comes late needs no person', async () => {
  const world = await start()
  const opened = await conversation(world)
  const id = await unknown(world, opened, { atTwilio: true })
  await world.twilio.releaseCallbacks()
  expect((await settled(world, id, 'delivered')).twilioSid).toBe(world.twilio.sent[0]?.sid)
  expect(await untilNotes(world, opened, 1)).toHaveLength(1)
})

test('proof that comes after the person’s word, and before the text goes out again, keeps it from being doubled', async () => {
  const world = await start()
  const id = await unknown(world, await conversation(world), { atTwilio: true })
  world.twilio.down = true
  await order(world, `/messages/${id}/resend`)
  await world.twilio.releaseCallbacks()
  await settled(world, id, 'delivered')
  world.twilio.down = false
  const again = await conversation(world, 'I have it', { from: '+12025550145' })
  await sam(world, again, 'Good')
  expect(texted(world)).toEqual(['It ships today.', 'Good'])
})

test('a late word about the first text says nothing about the second', async () => {
  const world = await start()
  const id = await unknown(world, await conversation(world), { atTwilio: true })
  await order(world, `/messages/${id}/resend`)
  await world.twilio.until(() => world.twilio.heldCallbacks.length === 4)
  const [first, second] = world.twilio.sent.map(({ sid }) => sid)
  await world.twilio.releaseCallbacks((held) => held.filter(({ sid }) => sid === first))
  expect(await message(world, id)).toMatchObject({ status: 'sent', twilioSid: second })
})

test('what arrived needs no person, and the answer says so', async () => {
  const world = await start()
  await sam(world, await conversation(world), 'It ships today.')
  await untilStatus(world, 'It ships today.', 'delivered')
  const [[sent], [received]] = [await messages(world, 'direction=outbound'), await messages(world, 'direction=inbound')]
  for (const [id, verb, status] of [
    [sent?.id, 'resend', 'delivered'],
    [sent?.id, 'mark-sent', 'delivered'],
    [received?.id, 'resend', 'posted'],
  ]) {
    const error = { code: 'wrong_status', message: expect.stringContaining(`The message is ${status}`) }
    expect(await order(world, `/messages/${id}/${verb}`)).toEqual({ status: 409, body: { error } })
  }
})

test('a text that Twilio refused is sent again when the reason is gone, and only once', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.failNext({ at: 'create', code: 21408 })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilNotes(world, opened)
  const [failed] = await messages(world, 'status=failed')
  await order(world, `/messages/${failed?.id}/resend`)
  expect((await order(world, '/jobs/retry-dead')).body).toEqual({ retried: 1 })
  await settled(world, String(failed?.id), 'delivered')
  await sam(world, opened, 'Bye')
  expect(texted(world)).toEqual(['It ships today.', 'Bye'])
})

test('a text that failed on its way is sent again', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.failNext({ at: 'callback', code: 30006 })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilNotes(world, opened)
  const [undelivered] = await messages(world, 'status=undelivered')
  await order(world, `/messages/${undelivered?.id}/resend`)
  const shown = await settled(world, String(undelivered?.id), 'delivered')
  expect([shown.twilioSid, shown.error]).toEqual([world.twilio.sent[1]?.sid, null])
})

/** Maria's texts that Intercom refuses for good. */
async function refused(world: World, ...bodies: string[]): Promise<void> {
  const answer = { status: 400, body: { type: 'error.list', errors: [{ code: 'parameter_invalid', message: 'No' }] } }
  const fault = world.intercom.faults.add({ ...NEVER, path: /^\/contacts/, answer })
  for (const [index, body] of bodies.entries()) {
    await maria(world, body)
    while ((await jobs(world)).length <= index) await world.intercom.until(() => fault.fired > index)
  }
  fault.remove()
}

test('dead letters are tried once more all together, and come in order', async () => {
  const world = await start()
  await refused(world, 'one', 'two', 'three')
  expect((await order(world, '/jobs/retry-dead')).body).toEqual({ retried: 3 })
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  await untilWords(world, opened, ['one', 'two', 'three'])
  expect(await jobs(world)).toEqual([])
})

test('one dead letter is tried again and another one laid to rest', async () => {
  const world = await start()
  await refused(world, 'one', 'two')
  const [two, one] = await jobs(world)
  expect([one?.kind, one?.state, one?.error]).toEqual(['part.post', 'dead', expect.any(String)])
  expect(await order(world, `/jobs/${two?.id}/discard`)).toEqual({ status: 200, body: { id: two?.id } })
  expect(await order(world, `/jobs/${one?.id}/retry`)).toEqual({ status: 200, body: { id: one?.id } })
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'three'])
  expect([wordsOf(opened), await jobs(world)]).toEqual([['one', 'three'], []])
})

test('what is not dead is neither tried again nor laid to rest', async () => {
  const world = await start()
  await refused(world, 'one')
  const [one] = await jobs(world)
  await order(world, `/jobs/${one?.id}/retry`)
  for (const verb of ['retry', 'discard']) {
    expect((await order(world, `/jobs/${one?.id}/${verb}`)).status).toBe(404)
  }
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  await untilWords(world, opened, ['one'])
})
