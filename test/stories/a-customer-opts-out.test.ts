import { describe, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import {
  calls,
  conversation,
  maria,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, type WorldOptions, worlds } from '../support/world.ts'

const start = worlds()
const withApi = { config: () => ({ consoleToken: CONSOLE_TOKEN }) }

const SALES = '+12025550198'
const twoNumbers: WorldOptions = {
  twilio: { numbers: [SUPPORT, SALES] },
  config: ({ twilio }) => ({ consoleToken: CONSOLE_TOKEN, twilio: { ...twilio, phoneNumbers: [SUPPORT, SALES] } }),
}

test.each(['STOP', 'stop', '“Stop.”', 'Stop. Thank you', 'please unsubscribe', 'Opt  out!'])(
  'Maria texts %s: no conversation is opened, and nothing is texted to her any more',
  async (word) => {
    const world = await start(withApi)
    await maria(world, word)
    await untilDecided(world)
    expect((await send(world, { to: MARIA, body: 'News' })).body).toMatchObject({ error: { code: 'opted_out' } })
    expect(world.intercom.conversations).toHaveLength(0)
  },
)

test.each(['STOP this terrible bill', 'STOP 12345', 'Can you stop by at five?'])(
  'Maria texts “%s”: these are words for the agent, not an opt-out',
  async (words) => {
    const world = await start()
    const opened = await conversation(world, words)
    await sam(world, opened, 'Certainly.')
    expect(texted(world)).toEqual(['Certainly.'])
  },
)

test('in an open conversation the opt-out is a note, a reply is blocked with a note, and START ends it', async () => {
  const world = await start()
  const opened = await conversation(world)
  await maria(world, 'STOP')
  await untilNotes(world, opened, 1)
  world.intercom.agent.reply(opened.id, 'One more thing')
  const [optedOut, blocked] = await untilNotes(world, opened, 2)
  expect(optedOut).toContain('has opted out of texts, by text')
  expect(blocked).toContain('was not texted: the customer has opted out')

  await maria(world, 'START')
  await untilNotes(world, opened, 3)
  await sam(world, opened, 'Welcome back.')
  expect(texted(world)).toEqual(['Welcome back.'])
})

test('what is written to somebody who has opted out is blocked, and never offered to Twilio', async () => {
  const world = await start(withApi)
  const opened = await conversation(world)
  await maria(world, 'STOP')
  await untilNotes(world, opened)
  world.intercom.agent.reply(opened.id, 'One more thing')
  await untilStatus(world, 'One more thing', 'blocked')
  const { body } = await api(world, 'GET', '/api/v1/messages?status=blocked')
  expect(body.data).toMatchObject([{ body: 'One more thing', status: 'blocked', twilioSid: null }])
  const offered = world.twilio.requests.filter(({ method, path }) => method === 'POST' && path.includes('/Messages'))
  expect(offered).toEqual([])
})

test.each([
  ['HELP', 'texted “HELP”, which asks for help'],
  ['Info', 'texted “Info”, which asks for help'],
  ['Help! I fell & cannot get up', '“Help! I fell &amp; cannot get up”'],
  ['START', 'texted “START”, which allows texts.</b> They were allowed already'],
])('in an open conversation Sam reads that Maria texted “%s”, although it changes nothing', async (words, told) => {
  const world = await start()
  const opened = await conversation(world)
  await maria(world, words)
  const [note] = await untilNotes(world, opened)
  expect(note).toContain(told)
  await sam(world, opened, 'I am here.')
  expect(wordsOf(opened)).toEqual(['Hello?'])
})

test('a second STOP is noted as well', async () => {
  const world = await start()
  const opened = await conversation(world)
  await maria(world, 'STOP')
  await maria(world, 'STOP NOW', { extra: { OptOutType: 'STOP' } })
  const [first, second] = await untilNotes(world, opened, 2)
  expect(first).toContain('has opted out of texts')
  expect(second).toContain('texted “STOP NOW”, which forbids texts.</b> They were forbidden already')
})

test('what Maria says besides STOP and START is in the notes; the bare keyword is not repeated there', async () => {
  const world = await start()
  const opened = await conversation(world)
  await maria(world, 'Stop. I’m in hospital <3, call me')
  await untilNotes(world, opened, 1)
  await maria(world, 'Start. I am home')
  await untilNotes(world, opened, 2)
  await maria(world, 'Stop. Thank you')
  const [stopped, started, again] = await untilNotes(world, opened, 3)
  expect(stopped).toContain('The customer wrote “Stop. I’m in hospital &lt;3, call me”.')
  expect(started).toContain('The customer wrote “Start. I am home”.')
  expect(again).not.toContain('wrote')
})

test('the contact carries the opt-out and its time', async () => {
  const world = await start()
  await conversation(world)
  await maria(world, 'STOP')
  const contact = await world.intercom.until(() =>
    world.intercom.contacts.find((c) => c.customAttributes.sms_opted_out),
  )
  expect(contact.customAttributes.sms_opted_out_at).toEqual(expect.any(Number))
})

describe('somebody who never wrote to us', () => {
  test('and answers STOP to a program is marked where Intercom knows them, until START', async () => {
    const world = await start(withApi)
    const contact = world.intercom.addContact({ role: 'user', name: 'Maria', phone: MARIA })
    await send(world, { to: MARIA, body: 'News' })
    await untilTexted(world, 'News')
    await maria(world, 'STOP')
    await world.intercom.until(() => contact.customAttributes.sms_opted_out === true)
    expect(contact.customAttributes.sms_opted_out_at).toEqual(expect.any(Number))
    await maria(world, 'START')
    await world.intercom.until(() => contact.customAttributes.sms_opted_out === false)
    expect(world.intercom.contacts).toEqual([contact])
  })

  test('and is not in Intercom is not put there for a STOP', async () => {
    const world = await start(withApi)
    await maria(world, 'STOP')
    await world.intercom.until(() => calls(world).includes('POST /contacts/search'))
    // What comes after it on the same lane shows that nothing more was made of it.
    await maria(world, 'START')
    await world.intercom.until(() => calls(world).filter((call) => call === 'POST /contacts/search').length === 2)
    expect(world.intercom.contacts).toEqual([])
  })
})

test('free wording that sounds like stop is for the agent to decide: the text goes to the inbox with a note', async () => {
  const world = await start()
  const opened = await conversation(world, 'please stop texting me about this')
  const [note] = await untilNotes(world, opened)
  expect(note).toContain('/optout')
  await sam(world, opened, 'Sorry!')
  expect(texted(world)).toEqual(['Sorry!'])
})

test('YES is an answer like any other for somebody who has not opted out', async () => {
  const world = await start()
  const opened = await conversation(world)
  await maria(world, 'yes')
  await untilWords(world, opened, ['Hello?', 'yes'])
})

test('what Advanced Opt-Out says is believed, and nothing is answered twice', async () => {
  const world = await start({ yaml: 'optOut: { repliesBy: bridge, stopReply: You are out. }' })
  const opened = await conversation(world)
  await maria(world, 'ARRET', { extra: { OptOutType: 'STOP' } })
  await untilNotes(world, opened)
  await maria(world, 'START', { extra: { OptOutType: 'START' } })
  await untilNotes(world, opened, 2)
  await sam(world, opened, 'Hello again')
  expect(texted(world)).toEqual(['Hello again'])
})

test('error 21610 records the opt-out for that sender, with one note', async () => {
  const world = await start(withApi)
  const opened = await conversation(world)
  world.twilio.failNext({ to: MARIA, at: 'create', code: 21610 })
  world.intercom.agent.reply(opened.id, 'Hello?')
  await untilNotes(world, opened)
  const { body } = await api(world, 'GET', '/api/v1/opt-outs')
  expect(body.data).toMatchObject([{ phone: MARIA, from: SUPPORT, source: '21610' }])
  expect(await untilNotes(world, opened, 1)).toHaveLength(1)
})

test('error 21610 in a delivery report records the opt-out for that sender, and another may still text', async () => {
  const world = await start(twoNumbers)
  const opened = await conversation(world)
  const sales = await conversation(world, 'I want more.', { to: SALES })
  world.twilio.failNext({ to: MARIA, at: 'callback', code: 21610 })
  await sam(world, opened, 'Hello?')
  const [failed] = await untilNotes(world, opened)
  expect(failed).toContain('errors/21610')
  const { body } = await api(world, 'GET', '/api/v1/opt-outs')
  expect(body.data).toMatchObject([{ phone: MARIA, from: SUPPORT, source: '21610' }])
  world.intercom.agent.reply(opened.id, 'And now?')
  await untilStatus(world, 'And now?', 'blocked')
  await sam(world, sales, 'Here is more.')
  await untilStatus(world, 'Here is more.', 'delivered')
})

describe('the register', () => {
  test('takes opt-outs by hand and ends them', async () => {
    const world = await start(withApi)
    const made = await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: MARIA, reason: 'by phone' } })
    expect(made).toMatchObject({ status: 201, body: { phone: MARIA, from: null, source: 'api', reason: 'by phone' } })
    expect((await send(world, { to: MARIA, body: 'News' })).status).toBe(409)
    expect((await api(world, 'DELETE', `/api/v1/opt-outs/${made.body.id}`)).status).toBe(204)
    await send(world, { to: MARIA, body: 'News' })
    await untilTexted(world, 'News')
  })

  test('an opt-out by hand is noted in the conversation and carried by the contact, and so is its end', async () => {
    const world = await start(withApi)
    const opened = await conversation(world)
    const [contact] = world.intercom.contacts
    const made = await optOut(world)
    await world.intercom.until(() => contact?.customAttributes.sms_opted_out === true)
    expect(contact?.customAttributes.sms_opted_out_at).toEqual(expect.any(Number))
    await api(world, 'DELETE', `/api/v1/opt-outs/${made.body.id}`)
    const notes = await untilNotes(world, opened, 2)
    await world.intercom.until(() => contact?.customAttributes.sms_opted_out === false)
    expect(notes).toEqual([
      expect.stringContaining('has opted out of texts, through the API'),
      expect.stringContaining('may be texted again, through the API'),
    ])
  })

  test('an opt-out from all our numbers is noted in every open conversation of the customer', async () => {
    const world = await start(twoNumbers)
    const opened = [await conversation(world), await conversation(world, 'I want more.', { to: SALES })]
    await optOut(world)
    for (const one of opened) await untilNotes(world, one, 1)
    expect(opened.flatMap(notesOf)).toHaveLength(2)
  })

  test('an opt-out that is struck leaves the others of the same customer in force', async () => {
    const world = await start(twoNumbers)
    const opened = await conversation(world)
    const one = await optOut(world, SUPPORT)
    await optOut(world)
    await api(world, 'DELETE', `/api/v1/opt-outs/${one.body.id}`)
    expect((await api(world, 'GET', '/api/v1/opt-outs')).body.data).toMatchObject([{ from: null }])
    expect(await send(world, { to: MARIA, from: SUPPORT, body: 'News' })).toMatchObject({ status: 409 })

    await maria(world, 'START')
    await untilNotes(world, opened, 3)
    await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out === false)
    expect(notesOf(opened).filter((note) => note.includes('may be texted again'))).toHaveLength(1)
  })

  test('whoever may be texted from one number again still counts as opted out while another is forbidden', async () => {
    const world = await start(twoNumbers)
    const opened = await conversation(world)
    await optOut(world, SUPPORT)
    await optOut(world, SALES)
    await maria(world, 'START')
    await untilNotes(world, opened, 2)
    await sam(world, opened, 'Welcome back.')
    // What the reply writes to the contact comes after what START wrote.
    const contact = await world.intercom.until(() =>
      world.intercom.contacts.find((c) => c.customAttributes.last_sms_sid),
    )
    expect(contact.customAttributes.sms_opted_out).toBe(true)
  })
})

const optOut = (world: World, from?: string) =>
  api(world, 'POST', '/api/v1/opt-outs', { body: { phone: MARIA, reason: 'by phone', ...(from ? { from } : {}) } })
