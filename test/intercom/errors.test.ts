import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { answer, onlyPreparedAnswers } from './api.ts'
import { CONVERSATION, errorList, failure, intercom, MARIA, NOW, TOKEN } from './helpers.ts'

const REPLY = `/conversations/${CONVERSATION}/reply`
const SECRET_WORDS = 'my secret words'
const text = { conversationId: CONVERSATION, contactId: MARIA, body: SECRET_WORDS, files: [] }
const post = () => intercom().appendPart(text)

onlyPreparedAnswers()

describe('an answer that is an error', () => {
  test.each([
    [400, 'parameter_invalid', { certain: true, permanent: true }],
    [401, 'unauthorized', { certain: true, permanent: false, unauthorized: true }],
    [403, 'api_plan_restricted', { certain: true, permanent: true }],
    [403, 'forbidden', { certain: true, permanent: true }],
    [404, 'not_found', { certain: true, permanent: true }],
    [408, 'request_timeout', { certain: false, permanent: false }],
    [422, 'data_invalid', { certain: true, permanent: true }],
    [429, 'rate_limit_exceeded', { certain: true, permanent: false }],
    [500, 'server_error', { certain: false, permanent: false }],
    [502, 'bad_gateway', { certain: false, permanent: false }],
    [503, 'service_unavailable', { certain: false, permanent: false }],
    [504, 'gateway_timeout', { certain: false, permanent: false }],
  ])('%i %s is classified, asked once, and put into our own words', async (status, code, expected) => {
    const sent = answer('POST', REPLY, status, errorList(code, `refused: ${SECRET_WORDS}`))
    const error = await failure(post())
    expect(error).toMatchObject({ vendor: 'intercom', status, code, ...expected })
    expect(sent).toHaveLength(1)
    expect(error.message).toContain(`(HTTP ${status}, ${code})`)
    expect(error.message).not.toMatch(new RegExp(`${SECRET_WORDS}|${TOKEN}`))
  })

  test.each([
    [401, 'unauthorized', 'refused the access token when asked to add the text', 'check INTERCOM_ACCESS_TOKEN.'],
    [403, 'forbidden', 'access token lacks the permission to add the text', 'grant it in the Developer Hub'],
    [403, 'api_plan_restricted', 'Intercom plan is not enough to add the text', ''],
    [404, 'not_found', 'does not know what was named when asked to add the text', 'it may have been deleted.'],
    [429, 'rate_limit_exceeded', 'did not add the text', 'the rate limit is used up'],
    [503, 'service_unavailable', 'failed when asked to add the text', ''],
  ])('%i %s tells a person what happened and what to do', async (status, code, happened, todo) => {
    answer('POST', REPLY, status, errorList(code, ''))
    const { message } = await failure(post())
    expect(message).toContain(happened)
    expect(message).toContain(todo)
  })

  test.each([403, 404, 422])('%i without an error of Intercom may come from a proxy: tried again', async (status) => {
    nock('https://api.intercom.io').post(REPLY).reply(status, '<html>Blocked</html>')
    expect(await failure(post())).toMatchObject({ code: String(status), certain: true, permanent: false })
  })

  test('a code that looks like none is replaced by the status', async () => {
    answer('POST', REPLY, 400, errorList(`bad ${SECRET_WORDS}`, ''))
    expect(await failure(post())).toMatchObject({ code: '400', permanent: true })
  })

  test('a merged contact names the surviving one', async () => {
    const link = { link: `<https://api.intercom.io/contacts/6762f1571bb69f9f2193cccc>; rel="canonical"` }
    answer('POST', REPLY, 410, errorList('contact_merged', 'merged'), link)
    expect(await failure(post())).toMatchObject({
      code: 'contact_merged',
      contactId: '6762f1571bb69f9f2193cccc',
      certain: true,
      permanent: true,
    })
  })

  test.each([
    ['the reset time', { 'x-ratelimit-reset': String(NOW / 1000 + 7), 'retry-after': '99' }, 7000],
    ['a reset time that has passed', { 'x-ratelimit-reset': String(NOW / 1000 - 7) }, 0],
    ['Retry-After', { 'retry-after': '3' }, 3000],
    ['nothing', {}, undefined],
    ['nonsense', { 'x-ratelimit-reset': 'soon' }, undefined],
  ])('a rate limit says how long to wait: %s', async (_, headers, retryAfter) => {
    answer('POST', REPLY, 429, errorList('rate_limit_exceeded', 'Exceeded rate limit'), headers)
    expect((await failure(post())).retryAfter).toBe(retryAfter)
  })

  test('a read that failed leaves nothing in doubt', async () => {
    answer('GET', `/conversations/${CONVERSATION}`, 503, 'down')
    const error = await failure(intercom().getConversation(CONVERSATION))
    expect(error).toMatchObject({ certain: true, permanent: false })
  })

  test.each([
    ['no JSON', '<html>Welcome</html>'],
    ['half a JSON', '{"type":"conversation"'],
    ['nothing', ''],
    ['another object', '{"type":"list"}'],
  ])('a 200 with %s leaves it open whether the text was posted', async (_, body) => {
    nock('https://api.intercom.io').post(REPLY).reply(200, body)
    expect(await failure(post())).toMatchObject({ code: 'unreadable_answer', certain: false, permanent: false })
  })

  test('a search that is answered with no JSON found nothing out', async () => {
    nock('https://api.intercom.io').post('/contacts/search').reply(200, '<html>')
    const error = await failure(intercom().searchContacts({ phones: ['+12025550123'] }))
    expect(error).toMatchObject({ code: 'unreadable_answer', certain: true })
  })
})
