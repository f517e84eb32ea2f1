import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Fault } from '../../src/sandbox/faults.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'

const accountSid = `AC${'a'.repeat(32)}`
let standIn: TwilioStandIn

beforeEach(async () => {
  standIn = await startTwilio({ accountSid, authToken: 'token', numbers: ['+12025550100'] })
})

afterEach(() => standIn.close())

async function send(signal?: AbortSignal) {
  const answer = await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:token`).toString('base64')}` },
    body: new URLSearchParams({ From: '+12025550100', To: '+12025550123', Body: 'Hi' }),
    ...(signal ? { signal } : {}),
  })
  return { status: answer.status, body: await answer.json() }
}

const sent = () => standIn.sent.length

describe('a request that meets a fault', () => {
  test('may take effect and be answered with an error', async () => {
    const fault = standIn.faults.add({ method: 'POST', act: true, answer: { status: 500, body: { code: 20500 } } })
    expect(await send()).toEqual({ status: 500, body: { code: 20500 } })
    expect(await send()).toMatchObject({ status: 201 })
    expect([fault.fired, sent()]).toEqual([1, 2])
  })

  test.each<{ act: boolean; answer: 'reset' | 'half' }>([
    { act: true, answer: 'reset' },
    { act: false, answer: 'reset' },
    { act: true, answer: 'half' },
    { act: false, answer: 'half' },
  ])('loses its answer: $answer, took effect: $act', async ({ act, answer }) => {
    standIn.faults.add({ act, answer })
    await expect(send()).rejects.toThrow()
    expect(sent()).toBe(act ? 1 : 0)
  })

  test('may take effect although nothing is ever answered', async () => {
    standIn.faults.add({ act: true, answer: 'hang' })
    const stop = new AbortController()
    const request = send(stop.signal)
    await standIn.until(() => sent() === 1)
    stop.abort()
    await expect(request).rejects.toThrow('abort')
  })

  test('may take effect long after its answer', async () => {
    standIn.faults.add({ act: true, actAfterMs: 30, answer: { status: 503, body: {} } })
    expect(await send()).toMatchObject({ status: 503 })
    expect(sent()).toBe(0)
    await standIn.until(() => sent() === 1)
  })

  test('may be answered only when the test says so', async () => {
    let release: (value?: unknown) => void = () => {}
    standIn.faults.add({ act: true, answer: 'real', holdUntil: new Promise((resolve) => (release = resolve)) })
    const request = send()
    await standIn.until(() => sent() === 1)
    expect(standIn.requests[0]?.status).toBeNull()
    release()
    expect(await request).toMatchObject({ status: 201 })
  })

  test('is picked by method and path, so many times', async () => {
    const other: Fault = { path: /Media/, act: false, answer: 'reset' }
    const fault = standIn.faults.add({ path: /Messages\.json$/, times: 2, act: false, answer: { status: 429 } })
    const unused = standIn.faults.add(other)
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await send().catch(() => ({ status: 429 }))).status)
    expect([statuses, fault.fired, unused.fired]).toEqual([[429, 429, 201], 2, 0])
  })
})

test('a stand-in that is down refuses connections until it is up again', async () => {
  await send()
  standIn.down = true
  await expect(send()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNREFUSED|UND_ERR_SOCKET/) } })
  await expect(send()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  standIn.down = false
  expect(await send()).toMatchObject({ status: 201 })
})

test('waiting in vain says what was waited for', async () => {
  await send()
  await expect(standIn.until(() => sent() === 5, 20)).rejects.toThrow(
    /20 ms in vain for .*sent\(\) === 5.*outbound-api/s,
  )
})
