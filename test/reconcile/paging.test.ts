import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createIntercom } from '../../src/intercom/client.ts'
import { startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio } from '../../src/sandbox/twilio-server.ts'
import { createTwilio } from '../../src/twilio/client.ts'
import { MARIA, NOW, SUPPORT } from '../support/flows.ts'
import { type Rig, startRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const now = () => NOW

test('Twilio’s list is read to its last page', async () => {
  const { config } = rig.ctx
  const [authToken = ''] = config.twilio.authTokens
  const twilio = await startTwilio({ accountSid: config.twilio.accountSid, authToken, numbers: [SUPPORT], now })
  rig.twilio.list = createTwilio({ ...config, twilio: { ...config.twilio, apiUrl: twilio.url } }).list
  const bodies = Array.from({ length: 450 }, (_, n) => `text ${n}`)
  for (const body of bodies) await twilio.text({ from: MARIA, to: SUPPORT, body, webhook: false })
  await rig.reconciler.run()
  expect((await rig.facts()).map(({ body }) => body.body)).toEqual(bodies)
  await twilio.close()
})

test('Intercom’s search is read to its last page, and each conversation found is looked at', async () => {
  const { config } = rig.ctx
  const { accessToken } = config.intercom
  const admins = [{ id: '100', name: 'Sam Support' }]
  const intercom = await startIntercom({ accessToken, clientSecret: 'secret', appId: 'app', admins, now })
  const client = createIntercom({ ...config, intercom: { ...config.intercom, apiUrl: intercom.url } }, { now })
  const contact = intercom.addContact({ role: 'user', phone: MARIA })
  for (let n = 0; n < 160; n++) {
    const { id } = intercom.agent.start(contact.id, 'Hi')
    intercom.agent.tag(id, config.behaviour.tag)
    intercom.agent.reply(id, `reply ${n}`)
    await rig.conversation(id, [], NOW)
  }
  rig.intercom.changedConversations = client.changedConversations
  rig.intercom.readConversation = client.readConversation
  expect((await rig.reconciler.run()).replies).toBe(160)
  await intercom.close()
})
