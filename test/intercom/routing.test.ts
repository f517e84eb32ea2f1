import { describe, expect, test } from '@jest/globals'
import { createIntercom } from '../../src/intercom/client.ts'
import { answer, expectValid, onlyPreparedAnswers } from './api.ts'
import { CONVERSATION, config, conversationJson, errorList, failure, intercom, NOW } from './helpers.ts'

const ADMIN = '991267696'

onlyPreparedAnswers()

describe('teams and admins', () => {
  test('are listed, and asked for again after ten minutes', async () => {
    let now = NOW
    const client = createIntercom(config(), { now: () => now })
    answer('GET', '/teams', 200, { type: 'team.list', teams: [{ id: 814865, name: 'Sales' }, { id: '9' }] })
    answer('GET', '/admins', 200, {
      type: 'admin.list',
      admins: [{ id: ADMIN, name: 'Sam', email: 'sam@example.com' }],
    })
    for (const _ of [1, 2]) {
      expect(await client.assignees('team')).toEqual([
        { id: '814865', name: 'Sales' },
        { id: '9', name: '' },
      ])
      expect(await client.assignees('admin')).toEqual([{ id: ADMIN, name: 'Sam' }])
    }
    now += 11 * 60_000
    answer('GET', '/teams', 200, { teams: [] })
    expect(await client.assignees('team')).toEqual([])
  })

  test('that could not be listed are asked for anew', async () => {
    const client = intercom()
    answer('GET', '/teams', 503, undefined)
    expect(await failure(client.assignees('team'))).toMatchObject({ status: 503, certain: true })
    answer('GET', '/teams', 200, { teams: [] })
    expect(await client.assignees('team')).toEqual([])
  })

  test.each(['team', 'admin'] as const)('are given a conversation: a %s', async (kind) => {
    const assigned = answer('POST', `/conversations/${CONVERSATION}/parts`, 200, conversationJson([]))
    await intercom().assignConversation({ conversationId: CONVERSATION, kind, id: '814865' })
    expectValid(assigned, '/conversations/{conversation_id}/parts')
    expect(assigned[0]?.body).toEqual({
      message_type: 'assignment',
      type: kind,
      admin_id: ADMIN,
      assignee_id: '814865',
    })
  })
})

describe('attributes of a conversation', () => {
  const ONE = `/conversations/${CONVERSATION}`
  const unknown = errorList('parameter_invalid', "Conversation attribute 'x' does not exist")
  const tried = (status: number) => answer('PUT', ONE, status, status === 200 ? conversationJson([]) : unknown)

  test('are tried one by one, then written together, but for those that are not there', async () => {
    const client = intercom()
    const bodies = [200, 400, 200].map(tried)
    expect(client.callsToDescribe({ a: 'A', b: 'B', c: 3 })).toBe(3)
    await client.describeConversation(CONVERSATION, { a: 'A', b: 'B', c: 3 })
    const calls = [{ a: 'A', b: 'B', c: 3 }, { b: 'B' }, { b: 'B', d: 'D' }].map(client.callsToDescribe)
    expect(calls).toEqual([1, 0, 1])
    expect(bodies.map(([sent]) => sent?.body)).toEqual(
      ['A', 'B', 3].map((value, i) => attribute('abc'.charAt(i), value)),
    )
    const together = tried(200)
    await client.describeConversation(CONVERSATION, { a: 'A2', b: 'B2', c: 4 })
    expectValid(together, '/conversations/{conversation_id}')
    expect(together[0]?.body).toEqual({ custom_attributes: { a: 'A2', c: 4 } })
  })

  test('that are gone are no error, and are tried anew', async () => {
    const client = intercom()
    tried(200)
    await client.describeConversation(CONVERSATION, { a: 'A' })
    tried(400)
    await client.describeConversation(CONVERSATION, { a: 'A' })
    tried(400)
    await client.describeConversation(CONVERSATION, { a: 'A' })
    await client.describeConversation(CONVERSATION, { a: 'A' })
  })

  test('of a conversation that is gone are given up, and prove nothing about others', async () => {
    const client = intercom()
    answer('PUT', ONE, 404, errorList('not_found', 'Conversation not found'))
    expect(await failure(client.describeConversation(CONVERSATION, { a: 'A' }))).toMatchObject({ status: 404 })
    tried(200)
    await client.describeConversation(CONVERSATION, { a: 'A' })
  })

  const attribute = (name: string, value: string | number) => ({ custom_attributes: { [name]: value } })
})
