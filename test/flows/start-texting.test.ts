import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Flows, MARIA, refusal, startFlows } from '../support/flows.ts'
import { reply } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
})
afterEach(() => flows.close())

const note = (words: string) => reply({ partId: 'note-1', partType: 'note', body: `<p>${words}</p>` })
const known = { id: 'contact-1', role: 'user', name: 'Maria', phone: MARIA, lastActivityAt: 0 } as const

test('a contact that Intercom will not give is told to the agent, and a dead letter', async () => {
  await flows.tell('note.written', note('/sms Hello'))
  await flows.refuse('texting.start', refusal({ code: 'forbidden' }))
  expect(await flows.notes()).toEqual([expect.stringContaining('Nothing was texted.')])
  expect(await flows.db.selectFrom('effects').select('state').where('kind', '=', 'texting.start').execute()).toEqual([
    { state: 'dead' },
  ])
})

test('what was begun meanwhile is not begun again', async () => {
  flows.intercom.contacts.push(known)
  await flows.tell('conversation.started', reply({ partId: 'source-1' }))
  await flows.tell('conversation.started', reply({ partId: 'source-1' }))
  await flows.finish('texting.start')
  expect(await flows.make('texting.start')).toBe('nothing to do')
  expect(await flows.messages()).toMatchObject([{ part_id: 'source-1', direction: 'outbound' }])
})

test('a note of our own is no command', async () => {
  await flows.tx((tx) =>
    tx.insertInto('notes').values({ part_id: 'note-1', conversation_id: 'conversation-1', posted_at: 0 }).execute(),
  )
  await flows.tell('note.written', note('/sms Hello'))
  expect(await flows.effects()).toEqual([])
})
