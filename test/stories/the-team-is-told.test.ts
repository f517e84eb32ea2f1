import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import { conversation, maria, sam, untilNotes, untilSo, untilStatus } from '../support/stories.ts'
import { mailboxes, type TeamHook, teamHooks } from '../support/team.ts'
import { type World, worlds } from '../support/world.ts'

const begin = worlds()
const hook = teamHooks()
const mailbox = mailboxes()

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const MINUTE = 60_000
const NEVER = { act: false, times: Number.POSITIVE_INFINITY } as const

const slackOf = ({ url }: TeamHook, more = '') => `{ kind: slack, url: "${url}/services/T0/B0/X"${more} }`
const hookOf = ({ url }: TeamHook, more = '') => `{ kind: webhook, url: "${url}/events", secret: ${SECRET}${more} }`
const start = (...entries: string[]) =>
  begin({ yaml: `notify: [${entries.join(', ')}]`, config: () => ({ consoleToken: CONSOLE_TOKEN }) })

const typesAt = ({ taken }: TeamHook) => taken.map(({ type }) => type)
const untilTypes = (hook: TeamHook, ...types: string[]) => hook.until(() => typesAt(hook).join() === types.join())
const untilText = (slack: TeamHook, words: string) =>
  slack.until(() => slack.texts.find((text) => text.includes(words)))

/** Resolves when so much news is written down and waits to be told. */
async function untilWaiting(world: World, count: number): Promise<void> {
  const waiting = async () => {
    const { body } = await api(world, 'GET', '/api/v1/jobs?state=ready')
    return (body.data as { kind: string }[]).filter(({ kind }) => kind === 'notification.post').length
  }
  await untilSo(async () => (await waiting()) === count)
}

test('Maria texts, and Slack hears of the text and of the new conversation, with a link to it', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack))
  const { id } = await conversation(world, 'Where is my <order> & the rest?')
  const text = await untilText(slack, 'Text from +1 202 555 0123 to +1 202 555 0199')
  expect(text).toContain('“Where is my &lt;order&gt; &amp; the rest?”')
  expect(text).toContain(`/conversations/${id}`)
  await untilText(slack, 'New conversation with +1 202 555 0123')
  expect(slack.requests.map(({ path }) => path)).toEqual(['/services/T0/B0/X', '/services/T0/B0/X'])
})

test('a signed webhook gets the same as data', async () => {
  const events = await hook()
  const world = await start(hookOf(events))
  const { id } = await conversation(world, 'Hello?')
  await untilTypes(events, 'message.received', 'conversation.started')
  const [received, started] = events.taken
  expect(received).toMatchObject({
    id: expect.stringMatching(/^evt_/),
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: { message: { body: 'Hello?', customer: '+12025550123', status: 'posted' }, conversationId: id },
  })
  expect(started).toMatchObject({ data: { conversationUrl: expect.stringContaining(`/conversations/${id}`) } })
  const [{ headers } = { headers: {} }] = events.requests
  expect(headers).toMatchObject({ 'webhook-id': received?.id, 'webhook-signature': expect.stringMatching(/^v1,/) })
})

test('a text that fails is told with its reason and what to do next', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [sms.failed]'))
  const opened = await conversation(world)
  world.twilio.failNext({ at: 'callback', code: 30006 })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  const text = await untilText(slack, 'A text to +1 202 555 0123 failed')
  expect(text).toMatch(/landline.*Call the customer instead.*30006/)
  expect(slack.texts).toHaveLength(1)
})

test.each([
  ['refuses it', 'create', 21614, 'failed'],
  ['cannot deliver it', 'callback', 30005, 'undelivered'],
] as const)('a text is told as failed when Twilio %s', async (_, at, code, status) => {
  const events = await hook()
  const world = await start(hookOf(events, ', events: [sms.failed]'))
  const opened = await conversation(world)
  world.twilio.failNext({ at, code })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilTypes(events, 'sms.failed')
  expect(events.taken).toMatchObject([{ data: { message: { status, error: { code } }, conversationId: opened.id } }])
})

test('Maria opts out and in again, and both are told; so is what a program enters', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [opt_out.changed]'))
  await maria(world, 'STOP')
  await untilText(slack, '+1 202 555 0123 has opted out of texts from +1 202 555 0199')
  await maria(world, 'START')
  await untilText(slack, '+1 202 555 0123 may be texted again')
  const { body } = await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: '+12025550124', reason: 'by phone' } })
  await untilText(slack, '+1 202 555 0124 has opted out of texts from all our numbers')
  await api(world, 'DELETE', `/api/v1/opt-outs/${body.id}`)
  await untilText(slack, '+1 202 555 0124 may be texted again from all our numbers')
})

test('a dead letter is told, with the command that tries it again', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [job.dead]'))
  const refused = { status: 400, body: { type: 'error.list', errors: [{ code: 'parameter_invalid', message: 'No' }] } }
  world.intercom.faults.add({ ...NEVER, path: /^\/contacts/, answer: refused })
  await maria(world, 'Hello?')
  const text = await untilText(slack, 'The bridge has given up on a job (part.post')
  const { body } = await api(world, 'GET', '/api/v1/jobs')
  const [job] = body.data as { id: string }[]
  expect(text).toContain(`retry ${job?.id}`)
})

test('when Intercom refuses the token the team is told that the bridge needs help, and later that it is well', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [bridge.unhealthy], digestMinutes: 60'))
  const opened = await conversation(world)
  const unauthorized = { status: 401, body: { type: 'error.list', errors: [{ code: 'unauthorized', message: 'No' }] } }
  const fault = world.intercom.faults.add({ ...NEVER, answer: unauthorized })
  await maria(world, 'Are you there?')
  expect(await untilText(slack, 'The bridge needs help')).toContain('token')
  await world.restart()
  fault.remove()
  world.pass(30_000)
  await untilText(slack, 'The bridge is well again')
  await sam(world, opened, 'Yes!')
  expect(slack.texts).toHaveLength(2)
})

test('what is urgent by its words is told at once, and the rest goes into a digest', async () => {
  const slack = await hook()
  const entry = slackOf(slack, ', events: [message.received], when: { contains: urgent }, digestMinutes: 15')
  const world = await start(entry)
  for (const words of ['One', 'Two', 'This is URGENT', 'Three']) await maria(world, words)
  await untilText(slack, 'This is URGENT')
  expect(slack.texts).toHaveLength(1)
  await untilWaiting(world, 3)
  world.pass(15 * MINUTE)
  const digest = await untilText(slack, '3 things happened')
  expect(['“One”', '“Two”', '“Three”'].map((words) => digest.includes(words))).toEqual([true, true, true])
  await maria(world, 'Four')
  await untilWaiting(world, 1)
  world.pass(15 * MINUTE)
  await untilText(slack, '“Four”')
  expect(slack.texts).toHaveLength(3)
})

test('without a digest, only what is meant by the condition is told', async () => {
  const [slack, other] = [await hook(), await hook()]
  const world = await start(
    slackOf(slack, ', events: [message.received], when: { contains: urgent }'),
    slackOf(other, ', events: [message.received], when: { to: "+12025550198" }'),
  )
  await maria(world, 'Hello?')
  await maria(world, 'It is urgent!')
  await untilText(slack, 'It is urgent!')
  expect([slack.texts.length, other.requests.length]).toEqual([1, 0])
})

test('what is urgent by the tag of its conversation is told at once', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [message.received, sms.failed], when: { tag: SMS-Channel }'))
  await conversation(world, 'Hello?')
  await untilText(slack, '“Hello?”')
})

test('a tag that the conversation has not keeps the news for the digest', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [message.received], when: { tag: vip }, digestMinutes: 5'))
  await conversation(world, 'Hello?')
  await maria(world, 'Anybody?')
  await untilWaiting(world, 2)
  world.pass(5 * MINUTE)
  await untilText(slack, '2 things happened')
  expect(slack.texts).toHaveLength(1)
})

test('what two entries tell the same address is told there once', async () => {
  const slack = await hook()
  const world = await start(
    slackOf(slack, ', events: [message.received], when: { contains: urgent }'),
    slackOf(slack, ', events: [message.received], digestMinutes: 5'),
  )
  await maria(world, 'It is urgent!')
  await untilText(slack, 'It is urgent!')
  await maria(world, 'Thanks')
  await untilWaiting(world, 1)
  world.pass(5 * MINUTE)
  const digest = await untilText(slack, 'Thanks')
  expect(digest).not.toContain('urgent')
})

test('the team gets an e-mail', async () => {
  const box = await mailbox()
  const world = await begin({
    yaml: 'notify: [{ kind: email, to: team@example.com, events: [message.received] }]',
    config: () => ({ smtpUrl: `${box.url}?from=bridge@example.com` }),
  })
  await maria(world, 'Where is my order?')
  const mail = await box.until(() => box.mails[0])
  expect(mail).toMatchObject({ from: 'bridge@example.com', to: ['team@example.com'] })
  expect(mail.source).toContain('Subject: [SMS bridge] Text from +1 202 555 0123 to +1 202 555 0199')
  expect(mail.source).toMatch(/Message-ID: <evt_.*@bridge.example>/i)
})

/** Resolves when the first text has been posted, answered and delivered, whatever the team's addresses do. */
async function textsFlow(world: World): Promise<void> {
  const opened = await conversation(world, 'Hello?')
  await sam(world, opened, 'Hi')
  await untilStatus(world, 'Hi', 'delivered')
}

test('a Slack that is away stops neither texts nor another target, and hears everything once it is back', async () => {
  const [slack, events] = [await hook(), await hook()]
  slack.down = true
  const only = ', events: [message.received]'
  const world = await start(slackOf(slack, only), hookOf(events, only))
  await textsFlow(world)
  await maria(world, 'Again')
  await untilTypes(events, 'message.received', 'message.received')
  slack.down = false
  await untilText(slack, '“Again”')
  expect(slack.texts.map((text) => text.includes('“Hello?”'))).toEqual([true, false])
})

test('a webhook whose answer is lost is told again, under the same id', async () => {
  const events = await hook()
  events.faults.add({ act: true, answer: 'reset' })
  const world = await start(hookOf(events, ', events: [message.received]'))
  await maria(world, 'Hello?')
  await untilTypes(events, 'message.received')
  const ids = events.requests.map(({ headers }) => headers['webhook-id'])
  expect([ids.length, new Set(ids).size]).toEqual([2, 1])
})

test('a target that never answers is given up after the attempts it has, without a note or news of its own', async () => {
  const [broken, events] = [await hook(), await hook()]
  broken.faults.add({ ...NEVER, answer: { status: 500 } })
  const world = await begin({
    yaml: [
      `notify: [${hookOf(broken)}, ${slackOf(events, ', events: [job.dead]')}]`,
      'timing: { retryBaseSeconds: 0.02, maxAttempts: 3, settleSeconds: 0.3 }',
    ].join('\n'),
    config: () => ({ consoleToken: CONSOLE_TOKEN }),
  })
  const opened = await conversation(world, 'Hello?')
  const dead = async () => ((await api(world, 'GET', '/api/v1/jobs?state=dead')).body.data as unknown[]).length
  await broken.until(() => broken.requests.length === 3)
  await untilSo(async () => (await dead()) === 2)
  world.twilio.failNext({ at: 'create', code: 21614 })
  world.intercom.agent.reply(opened.id, 'Hi')
  expect(await untilNotes(world, opened)).toHaveLength(1)
  await untilText(events, 'sms.send')
  expect(events.texts.filter((text) => text.includes('notification'))).toEqual([])
})

test('what was to be told when the bridge was stopped is told after it started', async () => {
  const slack = await hook()
  slack.down = true
  const world = await start(slackOf(slack, ', events: [message.received]'))
  await conversation(world, 'Hello?')
  await world.restart(async () => {
    slack.down = false
  })
  await untilText(slack, '“Hello?”')
  expect(slack.texts).toHaveLength(1)
})

test('what the team is told stays out of the log', async () => {
  const slack = await hook()
  slack.faults.add({ act: false, answer: { status: 500 } })
  const world = await start(slackOf(slack, ', events: [message.received, sms.failed]'))
  await maria(world, 'My secret is plum')
  await untilText(slack, 'plum')
  const log = world.log.join('\n')
  expect(log).toContain('notification.post')
  expect([log.includes('plum'), log.includes('2025550123'), log.includes(slack.url)]).toEqual([false, false, false])
})

test('carriers that filter many texts raise an alarm, once', async () => {
  const slack = await hook()
  const world = await start(slackOf(slack, ', events: [bridge.unhealthy]'))
  for (let n = 10; n < 16; n++) {
    const to = `+120255501${n}`
    world.twilio.failNext({ to, at: 'callback', code: 30007 })
    await send(world, { to, body: 'Win a prize' })
  }
  const text = await untilText(slack, 'The bridge needs help')
  expect(text).toMatch(/filter many of our texts as spam.*Reword them/s)
  expect(world.log.some((line) => line.includes('carriers filter many texts'))).toBe(true)
  const metrics = await fetch(`${world.twilio.connectUrl}/metrics`, {
    headers: { authorization: `Bearer ${CONSOLE_TOKEN}` },
  })
  expect(await metrics.text()).toMatch(/bridge_filtered_ratio 1/)
  expect((await fetch(`${world.twilio.connectUrl}/readyz`)).status).toBe(200)
  world.pass(60 * MINUTE)
  await untilText(slack, 'The bridge is well again')
  expect(slack.texts).toHaveLength(2)
})
