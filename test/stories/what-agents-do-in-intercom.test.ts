import { describe, expect, test } from '@jest/globals'
import {
  answerInMessenger,
  calls,
  conversation,
  DAY,
  maria,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const start = worlds()

const JOE = '+12025550124'

/** Maria's next text, ten days later: resolves with the conversation it is in. */
async function tenDaysLater(world: World) {
  await untilDecided(world)
  world.pass(10 * DAY)
  await maria(world, 'Ten days later')
  const has = world.intercom.conversations
  return world.intercom.until(() => has.find((one) => wordsOf(one).includes('Ten days later')))
}

test.each(['close', 'reply and close'] as const)(
  'after Sam does “%s”, Maria’s text ten days later starts a new conversation',
  async (how) => {
    const world = await start()
    const opened = await conversation(world)
    if (how === 'close') world.intercom.agent.close(opened.id)
    else world.intercom.agent.replyAndClose(opened.id, 'Bye')
    expect((await tenDaysLater(world)).id).not.toBe(opened.id)
  },
)

test.each(['open', 'snooze', 'unsnooze'] as const)(
  'Sam closes the conversation and then does “%s”: Maria’s text ten days later goes there',
  async (how) => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.close(opened.id)
    world.pass(1000)
    world.intercom.agent[how](opened.id)
    expect((await tenDaysLater(world)).id).toBe(opened.id)
    expect(opened.state).toBe('open')
  },
)

test('a snoozed conversation is woken by Maria’s text', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.agent.snooze(opened.id)
  await maria(world, 'Wake up')
  await untilWords(world, opened, ['Hello?', 'Wake up'])
  expect(opened.state).toBe('open')
})

describe('a contact', () => {
  test('that was merged, as Intercom tells with the one that is gone, is followed at once', async () => {
    const world = await start()
    const opened = await conversation(world, 'one')
    const [lost = ''] = opened.contactIds
    const heir = world.intercom.addContact({ name: 'Maria Lopez', email: 'maria@example.com' })
    world.intercom.webhooks = 'held'
    world.intercom.mergeContacts(lost, heir.id)
    const told = (item: unknown) => ({ ...(item as object), merged_from: { type: 'contact', id: lost } })
    await world.intercom.releaseWebhooks((held) => held.map((hook) => ({ ...hook, item: told(hook.item) })))
    world.intercom.webhooks = 'auto'
    await untilDecided(world)
    const before = world.intercom.requests.length

    await maria(world, 'two')
    await untilWords(world, opened, ['one', 'two'])
    expect(calls(world, before)).toEqual([`POST /conversations/${opened.id}/reply`])
    await sam(world, opened, 'Hello Maria')
  })

  test('that was merged, without Intercom telling which one is gone: the opt-out is on the one that is left', async () => {
    const world = await start()
    const opened = await conversation(world)
    const heir = world.intercom.addContact({ name: 'Maria Lopez', email: 'maria@example.com' })
    world.intercom.mergeContacts(opened.contactIds[0] ?? '', heir.id)
    await untilDecided(world)
    world.intercom.agent.note(opened.id, '/optout')
    await world.intercom.until(() => heir.customAttributes.sms_opted_out === true)
  })

  test('that was archived is not written to before it is brought back', async () => {
    const world = await start()
    const opened = await conversation(world, 'one')
    world.intercom.archiveContact(opened.contactIds[0] ?? '')
    await untilDecided(world)
    const before = world.intercom.requests.length
    await maria(world, 'two')
    await untilWords(world, opened, ['one', 'two'])
    expect(calls(world, before).filter((call) => call.endsWith('/reply'))).toHaveLength(1)
  })

  test('that was deleted is left behind with its conversation', async () => {
    const world = await start()
    const opened = await conversation(world, 'one')
    const { url } = world.intercom
    const headers = { authorization: `Bearer ${world.config.intercom.accessToken}` }
    await fetch(`${url}/contacts/${opened.contactIds[0]}`, { method: 'DELETE', headers })
    await untilDecided(world)
    const before = world.intercom.requests.length
    const fresh = await conversation(world, 'two')
    expect(fresh.contactIds).not.toEqual(opened.contactIds)
    expect(calls(world, before).filter((call) => call.includes(opened.id))).toEqual([])
  })
})

describe('in a conversation of several', () => {
  /** Maria texts, and Sam adds Joe, who texts us as well. */
  async function group(world: World) {
    const joes = await conversation(world, 'Joe here', { from: JOE })
    const opened = await conversation(world)
    const [joe = ''] = joes.contactIds
    const [contact = ''] = opened.contactIds
    world.intercom.agent.attach(opened.id, joe)
    await untilDecided(world)
    return { opened, joes, joe, contact }
  }

  test('Maria gets the replies in it, and Joe only those in his own', async () => {
    const world = await start()
    const { opened, joes } = await group(world)
    await sam(world, opened, 'To both of you')
    await sam(world, joes, 'To Joe')
    expect(world.twilio.sent).toMatchObject([
      { to: MARIA, body: 'To both of you' },
      { to: JOE, body: 'To Joe' },
    ])
  })

  test('each one’s texts are posted as their own contact, where they belong', async () => {
    const world = await start()
    const { opened, joes, joe, contact } = await group(world)
    await answerInMessenger(world, opened, joe, 'By Messenger')
    await maria(world, 'By text')
    await maria(world, 'Joe by text', { from: JOE })
    await untilWords(world, joes, ['Joe here', 'Joe by text'])
    await untilWords(world, opened, ['Hello?', 'By Messenger', 'By text'])
    expect(opened.parts.filter(({ author }) => author.type === 'user').map(({ author }) => author.id)).toEqual([
      joe,
      contact,
    ])
    expect(texted(world)).toEqual([])
  })

  test('the same words of Joe in the Messenger do not pass for a text of Maria’s that is in doubt', async () => {
    const world = await start()
    const { opened, joe, contact } = await group(world)
    const path = new RegExp(`^/conversations/${opened.id}/reply$`)
    world.intercom.faults.add({ method: 'POST', path, act: false, answer: 'reset', times: 1 })
    const before = world.intercom.requests.length
    await maria(world, 'ok')
    await world.intercom.until(() => world.intercom.requests.slice(before).some((one) => path.test(one.path)))
    await answerInMessenger(world, opened, joe, 'ok')
    await untilWords(world, opened, ['Hello?', 'ok', 'ok'])
    expect(opened.parts.filter(({ text }) => text === 'ok').map(({ author }) => author.id)).toEqual([joe, contact])
  })

  test('Sam takes Maria out of it: what is written there is not hers any more, and a note says so', async () => {
    const world = await start()
    const { opened, joe, contact } = await group(world)
    world.intercom.agent.detach(opened.id, contact)
    expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('no longer in this conversation')])
    world.intercom.agent.reply(opened.id, 'Between us, Joe')
    const fresh = await conversation(world, 'Where were we?')
    await sam(world, fresh, 'Right here')
    expect(texted(world)).toEqual(['Right here'])
    expect(opened.contactIds).toEqual([joe])
  })

  test('Sam takes Joe out of it: nothing changes for Maria', async () => {
    const world = await start()
    const { opened, joe } = await group(world)
    world.intercom.agent.detach(opened.id, joe)
    await untilDecided(world)
    await sam(world, opened, 'Just us')
    await maria(world, 'Good')
    await untilWords(world, opened, ['Hello?', 'Good'])
    expect(notesOf(opened)).toEqual([])
  })
})
