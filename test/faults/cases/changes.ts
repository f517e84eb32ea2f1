import { type Case, onStage } from '../case.ts'
import { settled } from '../oracle.ts'
import type { Stage } from '../stage.ts'
import { customer, reply, text } from '../traffic.ts'
import { until } from '../until.ts'
import { arm } from '../vendor-faults.ts'

/** What people, and the vendors' indexes, do to the world that the bridge remembers. */
export const changes: Case[] = [
  {
    name: 'both services refuse the credentials for a while',
    run: () => onStage({}, revoke),
  },
  {
    name: 'Intercom answers 404 to a contact it has just made',
    run: () =>
      onStage({ intercom: { contactReadyMs: 2000 } }, async (stage) => {
        for (const body of ['canary one', 'canary two']) await text(stage, 0, body)
        return 1
      }),
  },
  {
    name: 'a conversation opens, its answer and its webhook are lost, and the search lags',
    run: () =>
      onStage({ intercom: { searchLagMs: 3000 } }, async (stage) => {
        stage.intercom.webhooks = 'held'
        arm(stage, 'open conversation', 'acts, then resets the connection', 1)
        for (const body of ['canary one', 'canary two']) await text(stage, 0, body)
        await settled(stage)
        stage.intercom.webhooks = 'auto'
        return 1
      }),
  },
  {
    name: 'a text is sent, its answer and its callbacks are lost, and the list lags',
    run: () =>
      onStage({}, async (stage) => {
        await text(stage, 0, 'canary one')
        await settled(stage)
        stage.twilio.callbacks = 'held'
        stage.twilio.listLagMs = 1000
        arm(stage, 'send text', 'acts, then resets the connection', 1)
        for (const body of ['canary yes', 'canary no']) reply(stage, 0, body)
        return 1
      }),
  },
  {
    name: 'a conversation is deleted',
    run: () =>
      onStage({}, async (stage) => {
        await text(stage, 0, 'canary one')
        await settled(stage)
        const [conversation] = stage.intercom.conversations
        if (!conversation) throw new Error('no conversation')
        stage.gone.push(conversation)
        stage.intercom.agent.delete(conversation.id)
        for (const body of ['canary two', 'canary three']) await text(stage, 0, body)
        await settled(stage)
        reply(stage, 0, 'canary hello')
        return 1
      }),
  },
  {
    name: 'a contact is merged into another one',
    run: () =>
      onStage({}, async (stage) => {
        await text(stage, 0, 'canary one')
        await settled(stage)
        const [contact] = stage.intercom.contacts
        if (!contact) throw new Error('no contact')
        const heir = stage.intercom.addContact({ role: 'user', externalId: 'crm-1', phone: customer(0) })
        stage.intercom.mergeContacts(contact.id, heir.id)
        for (const body of ['canary two', 'canary three']) await text(stage, 0, body)
        await settled(stage)
        reply(stage, 0, 'canary hello')
        return 1
      }),
  },
  {
    name: 'webhooks and callbacks come in the wrong order, twice, or never',
    run: () => onStage({}, scramble),
  },
  {
    name: 'nobody listens at either service for a while',
    run: () => onStage({}, disconnect),
  },
]

/** Of five notifications the third never comes, the others twice and backwards; so do the callbacks. */
async function scramble(stage: Stage): Promise<number> {
  const scrambled = <T>(held: T[]) => [...held, ...held].filter((_, n) => n % held.length !== 2).reverse()
  await text(stage, 0, 'canary one')
  await settled(stage)
  stage.intercom.webhooks = 'held'
  stage.twilio.callbacks = 'held'
  for (const n of [1, 2, 3, 4, 5]) reply(stage, 0, `canary reply ${n}`)
  await stage.intercom.releaseWebhooks(scrambled)
  stage.intercom.webhooks = 'auto'
  await settled(stage)
  await stage.twilio.until(() => stage.twilio.heldCallbacks.length >= 10)
  await stage.twilio.releaseCallbacks(scrambled)
  stage.twilio.callbacks = 'auto'
  for (const { params } of [...stage.twilio.deliveries]) await stage.twilio.deliver(params.MessageSid ?? '')
  return 3
}

async function disconnect(stage: Stage): Promise<number> {
  const { twilio, intercom } = stage
  await text(stage, 0, 'canary one')
  await settled(stage)
  twilio.down = true
  intercom.down = true
  for (const n of [0, 1]) await text(stage, n, `canary two ${n}`)
  reply(stage, 0, 'canary yes')
  const tried = async (vendor: string) =>
    (await stage.rows(`select id from attempts where code = 'ECONNREFUSED' and error like ?`, `%${vendor}%`)).length > 0
  await until('both have been tried', async () => (await tried('Twilio')) && (await tried('Intercom')))
  twilio.down = false
  intercom.down = false
  return 2
}

/** What comes meanwhile is stored; the bridge says that it is not ready, and goes on by itself afterwards. */
async function revoke(stage: Stage): Promise<number> {
  await text(stage, 0, 'canary one')
  await settled(stage)
  for (const shore of [stage.twilio, stage.intercom]) {
    shore.faults.add({ times: Number.POSITIVE_INFINITY, act: false, answer: { status: 401, body: {} } })
  }
  await text(stage, 0, 'canary two')
  reply(stage, 0, 'canary yes')
  await until('it says that it is not ready', async () => (await fetch(`${stage.address}/readyz`)).status === 503)
  const { status } = await text(stage, 1, 'canary three')
  if (status !== 200) throw new Error(`a text was answered ${status}`)
  stage.twilio.faults.clear()
  stage.intercom.faults.clear()
  return 2
}
