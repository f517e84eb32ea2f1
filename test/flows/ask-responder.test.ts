import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Question, ResponderAnswer } from '../../src/flows/ports.ts'
import { type Flows, startFlows } from '../support/flows.ts'
import { inConversation, reply, text } from './situations.ts'

let flows: Flows
const asked: Question[] = []
let answer: ResponderAnswer = {}

beforeEach(async () => {
  asked.length = 0
  const responder = '{ url: "https://bot.example", secret: s }'
  flows = await startFlows(`responder: ${responder}\nautoReplies: { firstMessage: People will answer. }`)
  flows.ctx.responder = {
    async ask(question) {
      asked.push(question)
      return answer
    },
  }
})
afterEach(() => flows.close())

const texts = async () =>
  (await flows.messages()).filter(({ direction }) => direction === 'outbound').map(({ body }) => body)

test('it is asked for as long as is left of its time', async () => {
  await flows.tell('sms.received', text())
  flows.clock.now += 4000
  expect(await flows.plan('responder.ask')).toMatchObject({ step: 'ask responder', request: { timeoutMs: 6000 } })
})

test('a question that was open when the bridge was killed is asked once more with the same id', async () => {
  answer = { reply: 'Beep.' }
  await flows.tell('sms.received', text())
  await flows.doubt('responder.ask')
  await flows.tx(async (tx) => {
    await tx.updateTable('effects').set({ state: 'ready' }).where('kind', '=', 'responder.ask').execute()
  })
  const plan = await flows.plan('responder.ask')
  expect(await flows.finish('responder.ask')).toEqual(['ask responder'])
  expect(plan).toMatchObject({ request: { question: { id: asked[0]?.id } } })
  expect(await texts()).toEqual(['Beep.'])
})

test('when its time is over by then it is not asked, and people answer', async () => {
  await flows.tell('sms.received', text())
  flows.clock.now += 10_000
  expect(await flows.make('responder.ask')).toBe('nothing to do')
  await flows.make('text.automatic')
  expect([asked, await texts()]).toEqual([[], ['People will answer.']])
})

test('when somebody has answered while it waited for its turn it is not asked, and nothing more is said', async () => {
  await inConversation(flows)
  await flows.make('responder.ask')
  const before = await texts()
  await flows.tell('sms.received', text({ body: 'Second' }))
  await flows.tell('reply.sent', reply())
  expect(await flows.make('responder.ask')).toBe('nothing to do')
  expect([asked.length, await texts()]).toEqual([1, [...before, 'It ships today.']])
})

test('it is not asked about the texts of somebody who has opted out', async () => {
  await flows.tell('sms.received', text({ body: 'STOP' }))
  await flows.tell('sms.received', text({ body: 'Where is it?' }))
  expect(await flows.effects('responder.ask')).toEqual([])
})
