import { describe, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import {
  conversation,
  DAY,
  hold,
  maria,
  messenger,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilTexted,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'

const start = worlds()
const withApi = { config: () => ({ consoleToken: CONSOLE_TOKEN }) }

/** Resolves with the answer to the command, when `count` notes are there. */
async function command(world: World, opened: Parameters<typeof notesOf>[0], words: string) {
  const before = notesOf(opened).length
  world.intercom.agent.note(opened.id, words)
  return (await untilNotes(world, opened, before + 2))[before + 1]
}

/** The newest conversation, once it is tagged. */
const newest = ({ intercom }: World, count: number) =>
  intercom.until(() => intercom.conversations[count - 1]?.tags[0] && intercom.conversations[count - 1])

describe('Sam notes /new', () => {
  test('and Maria’s next text starts a new conversation, in which the following ones stay', async () => {
    const world = await start()
    const opened = await conversation(world)
    expect(await command(world, opened, '/new')).toContain('next text starts a new conversation')
    await maria(world, 'Something else')
    const fresh = await newest(world, 2)
    await maria(world, 'and more')
    await untilWords(world, fresh, ['Something else', 'and more'])
    await sam(world, opened, 'To the first')
    expect(world.intercom.conversations).toHaveLength(2)
  })

  test('while a text of Maria’s is on its way: that one stays where it was going', async () => {
    const world = await start()
    const opened = await conversation(world)
    const path = new RegExp(`^/conversations/${opened.id}/reply$`)
    world.intercom.faults.add({ method: 'POST', path, act: true, answer: 'real', holdUntil: until(world, '/new') })
    await maria(world, 'Still about that')
    world.intercom.agent.note(opened.id, '/new')
    await untilWords(world, opened, ['Hello?', 'Still about that'])
    await untilNotes(world, opened, 2)
    await maria(world, 'Something else')
    expect((await newest(world, 2)).source.text).toBe('Something else')
  })

  test('and then /continue: the next text goes on where it was', async () => {
    const world = await start()
    const opened = await conversation(world)
    await command(world, opened, '/new')
    await command(world, opened, '/continue')
    await maria(world, 'Me again')
    await untilWords(world, opened, ['Hello?', 'Me again'])
  })
})

/** When the bridge has decided about this note, by the log. */
function until({ intercom, log }: World, words: string): Promise<void> {
  const name = `"command":"${words.slice(1)}"`
  return intercom.until(() => log.some((line) => line.includes(name))).then(() => {})
}

describe('Sam notes /continue', () => {
  test('and Maria’s next text goes on in that conversation, whatever its age; the one after its closing does not', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.close(opened.id)
    expect(await command(world, opened, '/continue')).toContain('goes on in this conversation')
    world.pass(90 * DAY)
    await maria(world, 'It is broken again')
    await untilWords(world, opened, ['Hello?', 'It is broken again'])
    expect(opened.state).toBe('open')

    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    world.pass(90 * DAY)
    await maria(world, 'Hello again')
    expect((await newest(world, 2)).source.text).toBe('Hello again')
  })

  test('in an earlier conversation: the next text goes there', async () => {
    const world = await start()
    const first = await conversation(world)
    await command(world, first, '/new')
    await conversation(world, 'Second')
    await command(world, first, '/continue')
    await maria(world, 'Back to the first')
    await untilWords(world, first, ['Hello?', 'Back to the first'])
  })
})

describe('Sam notes /optout', () => {
  test('and nothing is texted to Maria any more, until the note /optin', async () => {
    const world = await start(withApi)
    const opened = await conversation(world)
    expect(await command(world, opened, '/optout asked on the phone')).toContain('as an agent noted')
    const { body } = await api(world, 'GET', '/api/v1/opt-outs')
    expect(body.data).toMatchObject([{ phone: MARIA, from: SUPPORT, source: 'agent', reason: 'asked on the phone' }])
    await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out === true)
    expect(world.intercom.contacts[0]?.customAttributes.sms_opted_out_at).toEqual(expect.any(Number))
    world.intercom.agent.reply(opened.id, 'Wait')
    expect((await untilNotes(world, opened, 3))[2]).toContain('was not texted')

    expect(await command(world, opened, '/optin')).toContain('may be texted again')
    await sam(world, opened, 'Welcome back')
    await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out === false)
    expect(texted(world)).toEqual(['Welcome back'])
  })

  test('twice, or /optin for nothing: a note says that it was so already', async () => {
    const world = await start()
    const opened = await conversation(world)
    expect(await command(world, opened, '/optin')).toContain('had not opted out')
    await command(world, opened, '/optout')
    expect(await command(world, opened, '/optout')).toContain('had opted out of texts already')
  })

  test('in a conversation that is closed: the answer is there', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    expect(await command(world, opened, '/optout')).toContain('has opted out')
  })
})

describe('Sam notes /switch', () => {
  const SWITCH = /^\/phone_call_redirects$/

  test('and Intercom texts Maria a link into the Messenger, once', async () => {
    const world = await start()
    const opened = await conversation(world)
    expect(await command(world, opened, '/switch')).toContain('Intercom is texting the customer a link')
    for (const { id } of [...world.intercom.deliveries]) await world.intercom.redeliver(id)
    await sam(world, opened, 'See you there')
    expect(world.intercom.phoneSwitches).toEqual([MARIA])
    expect(await untilNotes(world, opened, 2)).toHaveLength(2)
  })

  test('where the plan has no Switch: a note says so', async () => {
    const world = await start()
    const opened = await conversation(world)
    const errors = [{ code: 'api_plan_restricted', message: 'Active subscription needed.' }]
    world.intercom.faults.add({
      path: SWITCH,
      act: false,
      answer: { status: 403, body: { type: 'error.list', errors } },
    })
    const note = await command(world, opened, '/switch')
    expect(note).toMatch(/link into the Messenger was not texted.*plan is not enough/)
  })

  test('and Intercom cannot send it: a note says so, and it is not tried again', async () => {
    const world = await start()
    const opened = await conversation(world)
    const body = { error_key: 'sms_failed', message: 'SMS was not sent due to an unknown error' }
    world.intercom.faults.add({ path: SWITCH, act: false, times: 1, answer: { status: 400, body } })
    expect(await command(world, opened, '/switch')).toContain('was not texted')
    expect(world.intercom.phoneSwitches).toEqual([])
  })

  test('and Intercom’s answer is lost: it is not asked again, and a note says what is not known; replies do not wait', async () => {
    const world = await start({ yaml: 'timing: { retryBaseSeconds: 0.05, settleSeconds: 60 }' })
    const opened = await conversation(world)
    world.intercom.faults.add({ path: SWITCH, act: true, answer: 'reset' })
    world.intercom.agent.note(opened.id, '/switch')
    await world.intercom.until(() => world.intercom.phoneSwitches[0])
    await sam(world, opened, 'Not waiting')
    world.pass(80_000)
    expect((await untilNotes(world, opened, 2))[1]).toContain('may or may not have been texted')
    expect(world.intercom.phoneSwitches).toEqual([MARIA])
  })

  test('to somebody who has opted out: nothing is sent, and a note says so', async () => {
    const world = await start()
    const opened = await conversation(world)
    await command(world, opened, '/optout')
    expect(await command(world, opened, '/switch')).toContain('has opted out')
    expect(world.intercom.phoneSwitches).toEqual([])
  })
})

test('a command that does not exist is answered with those that do', async () => {
  const world = await start()
  const opened = await conversation(world)
  expect(await command(world, opened, '/nwe')).toMatch(/“\/nwe” is no command.*\/sms .*\/new .*\/switch/)
})

test('ordinary notes, and notes with a path in them, are left alone', async () => {
  const world = await start()
  const opened = await conversation(world)
  for (const words of ['new', 'use /new', '/var/log', '/']) world.intercom.agent.note(opened.id, words)
  await maria(world, 'more')
  await untilWords(world, opened, ['Hello?', 'more'])
  await untilDecided(world)
  expect(await untilNotes(world, opened, 4)).toHaveLength(4)
})

test('a command that Intercom never told is found', async () => {
  const world = await start({ yaml: 'reconcile: { everyMinutes: 5 }' })
  const opened = await conversation(world)
  world.intercom.topics = []
  world.intercom.agent.note(opened.id, '/sms Late but sure')
  await world.restart()
  await untilTexted(world, 'Late but sure')
})

test('a command in a conversation that Maria’s first text is opening waits for it', async () => {
  const world = await start()
  const joes = await conversation(world, 'Joe here', { from: '+12025550124' })
  const { holdUntil, release } = hold()
  world.intercom.faults.add({ path: /^\/conversations$/, act: true, answer: 'real', holdUntil })
  await maria(world, 'Hello?')
  const opened = await world.intercom.until(() => world.intercom.conversations[1])
  world.intercom.agent.note(opened.id, '/optout')
  // What comes after it is done already.
  await sam(world, joes, 'Hello Joe')
  release()
  expect((await untilNotes(world, opened, 2))[1]).toContain('has opted out')
})

test('a command of another conversation of the contact, which is none of ours, is refused', async () => {
  const world = await start()
  const opened = await conversation(world)
  const chat = await messenger(world, opened.contactIds[0] ?? '')
  expect(await command(world, chat, '/optout')).toContain('This conversation is not texted')
  await sam(world, opened, 'Hello')
})
