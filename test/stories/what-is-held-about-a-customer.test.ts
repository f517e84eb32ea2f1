import { expect, test } from '@jest/globals'
import { openBeside } from '../../src/store/database.ts'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import { photo } from '../support/files.ts'
import { customer, erase, exported, filesOf, list, talked, untilIdle, untilOptOuts } from '../support/privacy.ts'
import { conversation, maria, sam, texted, untilNotes, untilStatus, wordsOf } from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'

const begin = worlds()
const start = () => begin({ config: () => ({ consoleToken: CONSOLE_TOKEN }), yaml: 'reconcile: { onStart: false }' })
const JOHN = '+12025550145'

test('somebody who has opted out stays opted out after being erased, and START still ends it', async () => {
  const world = await start()
  await conversation(world)
  await maria(world, 'STOP')
  await untilOptOuts(world, 1)
  await untilIdle(world)
  expect((await erase(world)).body).toMatchObject({ erased: { optOutsKept: 1 } })
  expect(filesOf(world)).not.toContain(MARIA)
  expect((await send(world, { to: MARIA, body: 'News' })).body).toMatchObject({ error: { code: 'opted_out' } })
  expect(await list(world, 'opt-outs')).toMatchObject([{ phone: expect.stringMatching(/^erased:/), reason: '' }])
  expect(await list(world, `opt-outs?phone=${encodeURIComponent(MARIA)}`)).toHaveLength(1)
  await maria(world, 'START')
  await untilOptOuts(world, 0)
  expect((await send(world, { to: MARIA, body: 'News' })).status).toBe(202)
})

test('Sam sees in her open conversation that she was erased, and of his next reply that it was not texted', async () => {
  const world = await start()
  const opened = await talked(world)
  await erase(world)
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('The data of this customer was erased')])
  world.intercom.agent.reply(opened.id, 'Are you still there?')
  const [, note] = await untilNotes(world, opened, 2)
  expect(note).toContain('This reply was not texted.')
  expect(texted(world)).toEqual(['We found it on the 42 tram'])
})

test('when she texts again, she is somebody new', async () => {
  const world = await start()
  await talked(world)
  await erase(world)
  await maria(world, 'Hello again')
  const again = await world.intercom.until(() => world.intercom.conversations[1])
  expect(wordsOf(again)).toEqual(['Hello again'])
  await sam(world, again, 'Welcome')
  expect(await list(world, 'messages')).toHaveLength(2)
})

test('the same Idempotency-Key again texts her nothing a second time', async () => {
  const world = await start()
  const request = { to: MARIA, body: 'Your code is ready' }
  const key = { 'idempotency-key': 'order-1' }
  await send(world, request, key)
  await untilStatus(world, 'Your code is ready', 'delivered')
  await untilIdle(world)
  await erase(world)
  const { status, body } = await send(world, request, key)
  expect([status, body.error]).toMatchObject([410, { code: 'erased' }])
  expect(texted(world)).toEqual(['Your code is ready'])
})

test('nobody else loses anything', async () => {
  const world = await start()
  await talked(world)
  const john = await conversation(world, 'Ask Maria at +12025550123', { from: JOHN })
  await sam(world, john, 'We will')
  await untilStatus(world, 'We will', 'delivered')
  await untilIdle(world)
  const before = (await exported(world, JOHN)).body
  await erase(world)
  const { exportedAt: _, audit: _a, ...after } = (await exported(world, JOHN)).body
  const { exportedAt: _b, audit: _c, ...first } = before
  expect(withoutLinks(after)).toEqual(withoutLinks(first))
})

/** Links are good for a week from when they were made. */
const withoutLinks = (held: object) => JSON.parse(JSON.stringify(held).replace(/"link":"[^"]*"/g, '"link":""'))

test('everything held about Maria is handed out: texts both ways, consent, conversations, and links to her files', async () => {
  const world = await start()
  const picture = photo()
  const opened = await conversation(world, 'Look', { media: [picture] })
  await sam(world, opened, 'Lovely')
  await untilStatus(world, 'Lovely', 'delivered')
  await maria(world, 'STOP')
  await untilOptOuts(world, 1)
  await untilIdle(world)
  const { status, body } = await exported(world)
  expect(status).toBe(200)
  const { source, id } = opened
  expect(body).toMatchObject({
    phone: MARIA,
    contacts: [{ contactId: world.intercom.contacts[0]?.id, customer: MARIA }],
    threads: [{ number: SUPPORT, customer: MARIA, conversationId: id }],
    conversations: [{ id }],
    messages: [
      { direction: 'inbound', body: source.text, media: [{ contentType: 'image/jpeg' }] },
      {
        direction: 'outbound',
        body: 'Lovely',
        status: 'delivered',
        attempts: expect.arrayContaining([expect.objectContaining({ step: 'send text', outcome: 'accepted' })]),
      },
      { body: 'STOP' },
    ],
    optOuts: [{ customer: MARIA, number: SUPPORT, source: 'keyword', reason: 'STOP' }],
  })
  expect((body.received as { kind: string }[]).map(({ kind }) => kind)).toContain('sms.received')
  const [first] = body.messages as { media: { link: string }[] }[]
  const path = new URL(first?.media[0]?.link ?? '').pathname
  const file = await fetch(`http://127.0.0.1:${world.bridge.port}${path}`)
  expect(Buffer.from(await file.arrayBuffer())).toEqual(picture.data)
})

test('exports and erasures are written down without saying whose they were once they are erased', async () => {
  const world = await start()
  await talked(world)
  await exported(world)
  await erase(world)
  const audit = await readAudit(world)
  expect(audit.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    'api customer.exported',
    'api customer.erased',
  ])
  expect(new Set(audit.map(({ phone }) => phone)).size).toBe(1)
  expect(audit[0]?.phone).toMatch(/^erased:/)
})

async function readAudit(world: World) {
  const db = await openBeside(world.config.databaseUrl)
  const rows = await db.selectFrom('audit').selectAll().orderBy('id').execute()
  await db.destroy()
  return rows
}

test.each(['GET', 'DELETE'])('to %s what is no number at all is refused', async (method) => {
  const world = await start()
  const path = customer('hello!', method === 'GET' ? '/export' : '')
  const { status, body } = await api(world, method, path)
  expect([status, body.error]).toMatchObject([422, { code: 'invalid_number' }])
})
