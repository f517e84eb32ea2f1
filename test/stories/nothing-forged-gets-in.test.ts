import { createHmac } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { signCanvas } from '../../src/sandbox/intercom/sidebar.ts'
import { pdf } from '../support/files.ts'
import { postAsIntercom, postAsTwilio, replyNotification, SMS, type TwilioForgery } from '../support/forgery.ts'
import { type CanvasForgery, postCanvas, press } from '../support/sidebar.ts'
import {
  conversation,
  factsStored,
  maria,
  notesOf,
  sam,
  statusOf,
  texted,
  untilStatus,
  untilTexted,
} from '../support/stories.ts'
import { PUBLIC_URL, SECRET, TOKEN, worlds } from '../support/world.ts'

const start = worlds()

const { MessageSid: _, ...WITHOUT_SID } = SMS
const { NumMedia: __, ...WITHOUT_COUNT } = SMS
const MANY = { ...SMS, ...Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`P${n}`, ''])) }
const BIG = { ...SMS, Body: 'x'.repeat(70_000) }

const TEXTS: [string, TwilioForgery, number][] = [
  ['without a signature', { signature: '' }, 403],
  ['with a made-up signature', { signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 403],
  ['signed with another token', { token: 'guessed' }, 403],
  ['signed with an empty token', { token: '' }, 403],
  ['with other words than were signed', { signed: { ...SMS, Body: 'Hello' } }, 403],
  ['signed for another address', { publicUrl: 'https://elsewhere.example' }, 403],
  ['signed for another path', { path: '/webhooks/twilio/inbound?x=1', publicUrl: `${PUBLIC_URL}/y` }, 403],
  ['of another account', { params: { ...SMS, AccountSid: `AC${'9'.repeat(32)}` } }, 403],
  ['to a number that is not ours', { params: { ...SMS, To: '+12025550177' } }, 403],
  [
    'cut anew from a good one',
    { signed: SMS, params: { ...WITHOUT_COUNT, MessageSid: `${SMS.MessageSid}NumMedia0` } },
    400,
  ],
  ['without its SID', { params: WITHOUT_SID }, 400],
  ['with 101 parameters more', { params: MANY }, 400],
  ['that is too large', { params: BIG }, 413],
  ['that is JSON', { body: JSON.stringify(SMS), type: 'application/json' }, 415],
  ['that is not UTF-8', { body: 'Body=%ff%fe%00&From=%00' }, 403],
]

test.each(TEXTS)('a text %s is refused, and nothing of it is kept', async (_, forgery, status) => {
  const world = await start()
  expect(await postAsTwilio(world, forgery)).toBe(status)
  expect(factsStored(world)).toBe(0)
  const opened = await conversation(world, 'Really me')
  expect(opened.source.text).toBe('Really me')
  expect(world.intercom.conversations).toHaveLength(1)
})

test('a good text is taken, even with characters that no database likes', async () => {
  const world = await start()
  expect(await postAsTwilio(world, { params: { ...SMS, Body: 'a\0b' } })).toBe(200)
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  expect(opened.source.text).toBe('ab')
})

test('while the token is rotated, the previous one is good as well', async () => {
  const world = await start({
    config: ({ twilio }) => ({ twilio: { ...twilio, authTokens: ['the-next-one', TOKEN] } }),
  })
  expect(await postAsTwilio(world)).toBe(200)
  expect(await postAsTwilio(world, { token: 'the-next-one' })).toBe(200)
  expect(await postAsTwilio(world, { token: 'the-one-before' })).toBe(403)
})

test('a status that Twilio did not send changes nothing', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  await sam(world, opened, 'It ships today.')
  const [{ sid = '', statusCallback = '' } = {}] = world.twilio.sent
  const path = statusCallback?.replace(PUBLIC_URL, '') ?? ''
  const params = {
    ...SMS,
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    MessageStatus: 'undelivered',
    ErrorCode: '30005',
  }
  expect(await postAsTwilio(world, { path, params, token: 'guessed' })).toBe(403)

  await world.twilio.until(() => world.twilio.heldCallbacks.length === 2)
  await world.twilio.releaseCallbacks()
  await untilStatus(world, 'It ships today.', 'delivered')
  expect(notesOf(opened)).toEqual([])
})

const sha256 = (secret: string, body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

test.each<[string, object, number]>([
  ['without a signature', { signature: '' }, 401],
  ['with a made-up signature', { signature: `sha1=${'0'.repeat(40)}` }, 401],
  ['signed with another secret', { secret: 'guessed' }, 401],
  ['signed with an empty secret', { secret: '' }, 401],
  ['that is not JSON', { body: '{"topic":' }, 400],
  ['that is a list', { body: '[]' }, 400],
  ['without a topic', { body: '{"data":{}}' }, 400],
  ['that is too large', { body: `{"topic":"x","data":"${'x'.repeat(1_100_000)}"}` }, 413],
  ['that is a form', { type: 'application/x-www-form-urlencoded' }, 415],
])('a reply %s is refused, and never texted', async (_, forgery, status) => {
  const world = await start()
  const opened = await conversation(world)
  await world.intercom.delivered()
  const before = factsStored(world)
  const body = replyNotification(opened.id, 'Forged')
  expect(await postAsIntercom(world, { body, ...forgery })).toBe(status)
  expect(factsStored(world)).toBe(before)
  await sam(world, opened, 'Really Sam')
  expect(texted(world)).toEqual(['Really Sam'])
})

test('a reply altered on its way is refused', async () => {
  const world = await start()
  const opened = await conversation(world)
  const signature = `sha1=${createHmac('sha1', SECRET).update(replyNotification(opened.id, 'Yes')).digest('hex')}`
  expect(await postAsIntercom(world, { body: replyNotification(opened.id, 'No'), signature })).toBe(401)
})

test('both ways of signing are good, and the previous secret while it is rotated', async () => {
  const world = await start({
    config: ({ intercom }) => ({ intercom: { ...intercom, clientSecrets: ['the-next-one', SECRET] } }),
  })
  const opened = await conversation(world)
  const body = replyNotification(opened.id, 'Hello')
  expect(await postAsIntercom(world, { body })).toBe(200)
  expect(await postAsIntercom(world, { body, signature: sha256('the-next-one', body) })).toBe(200)
  await untilTexted(world, 'Hello')
})

const NO_BUTTON = press('')

test.each<[string, CanvasForgery, number]>([
  ['without a signature', { signature: '' }, 401],
  ['with a made-up signature', { signature: '0'.repeat(64) }, 401],
  ['signed with another secret', { secret: 'guessed' }, 401],
  ['signed with an empty secret', { secret: '' }, 401],
  ['that is not JSON', { body: '{"component_id":' }, 400],
  ['that is a list', { body: '[]' }, 400],
  ['that names no teammate', { body: press('send:x', { admin: null }) }, 400],
  ['that names no button', { body: NO_BUTTON }, 400],
  ['that is too large', { body: press('send:x', { more: 'x'.repeat(1_100_000) }) }, 413],
  ['that is a form', { type: 'application/x-www-form-urlencoded' }, 415],
  ['by GET', { method: 'GET' }, 405],
  ['by HEAD', { method: 'HEAD' }, 405],
])('a press in the sidebar %s is refused, and texts nobody', async (_, forgery, status) => {
  const world = await start()
  expect((await postCanvas(world, forgery)).status).toBe(status)
  const { status: opening } = await postCanvas(world, { ...forgery, path: '/canvas/initialize' })
  expect(opening).toBe(forgery.body === NO_BUTTON ? 200 : status)
  expect([factsStored(world), statusOf(world, 'Hello from the sidebar')]).toEqual([0, undefined])
})

test('a press in the sidebar altered on its way is refused', async () => {
  const world = await start()
  const good = await postCanvas(world, { body: press('check:x') })
  expect(good.status).toBe(200)
  const signature = signCanvas(SECRET, press('check:x'))
  expect((await postCanvas(world, { body: press('send:x'), signature })).status).toBe(401)
  expect(statusOf(world, 'Hello from the sidebar')).toBeUndefined()
})

test('in the sidebar the previous secret is good while it is rotated, and so is a signature that names its algorithm', async () => {
  const world = await start({
    config: ({ intercom }) => ({ intercom: { ...intercom, clientSecrets: ['the-next-one', SECRET] } }),
  })
  const body = press('refresh:x')
  const statuses = [
    await postCanvas(world, { body }),
    await postCanvas(world, { body, secret: 'the-next-one' }),
    await postCanvas(world, { body, signature: `sha256=${signCanvas('the-next-one', body)}` }),
    await postCanvas(world, { body, secret: 'the-one-before' }),
  ].map(({ status }) => status)
  expect(statuses).toEqual([200, 200, 200, 401])
})

test('Intercom’s own checks of the address are answered, and keep nothing', async () => {
  const world = await start()
  const url = `${world.intercom.connectUrl}/webhooks/intercom`
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
  expect((await fetch(url)).status).toBe(405)
  world.intercom.notify('ping', { type: 'ping', message: 'Hello' })
  world.intercom.notify('conversation.brand.new.topic', { type: 'conversation', id: '1' })
  await world.intercom.delivered()
  expect(world.intercom.deliveries.map(({ status }) => status)).toEqual([200, 200])
  expect(factsStored(world)).toBe(0)
})

test('a link to a file cannot be guessed, altered or prolonged', async () => {
  const world = await start({ yaml: 'media: { outbound: link }' })
  const opened = await conversation(world)
  world.intercom.agent.reply(opened.id, 'Here', { attachments: [pdf()] })
  const { body } = await world.twilio.until(() => world.twilio.sent[0])
  const token = /media\/(\S+)/.exec(body)?.[1] ?? ''
  const [what, expires, signature] = token.split('~')
  const status = async (link: string) => (await fetch(`${world.twilio.connectUrl}/media/${link}`)).status

  expect(await status(token)).toBe(200)
  const forged = [
    'x',
    '~~',
    `f2~${expires}~${signature}`,
    `${what}~${Number(expires) + 9}~${signature}`,
    `${what}~${expires}~`,
  ]
  expect(await Promise.all(forged.map(status))).toEqual(forged.map(() => 404))
})

test('what is logged of a whole conversation names nobody and gives nothing away', async () => {
  const world = await start()
  const opened = await conversation(world, 'My secret question', {
    media: [{ contentType: 'image/jpeg', data: Buffer.from('x') }],
  })
  await postAsTwilio(world, { token: 'guessed' })
  world.twilio.failNext({ at: 'callback', code: 30005 })
  await sam(world, opened, 'My secret answer')
  await maria(world, 'My secret thanks', { extra: { ProfileName: 'Maria Lopez' } })
  await untilStatus(world, 'My secret answer', 'undelivered')
  await untilStatus(world, 'My secret thanks', 'posted')

  const log = world.log.join('')
  expect(log).toContain('text received')
  expect(log).not.toMatch(/secret|2025550123|Lopez|of-the-tests/)
  expect(statusOf(world, 'Send me the money')).toBeUndefined()
})
