import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { fetchMedia } from '../../src/twilio/media.ts'
import { ACCOUNT_SID, AUTH_TOKEN, MEDIA_SID, MESSAGE_SID, sdkConfig, servers } from './settings.ts'

const PATH = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/${MESSAGE_SID}/Media/${MEDIA_SID}`
const BASIC = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`

const serve = servers()

const jpeg: RequestListener = (_req, res) => res.setHeader('content-type', 'image/jpeg').end('picture')
const fetching = (apiUrl: string, mediaUrl: string, settings = {}, seconds = 2) =>
  fetchMedia(sdkConfig({ apiUrl, ...settings }, seconds), mediaUrl)

describe('a picture of a stand-in', () => {
  test('is fetched with our credentials', async () => {
    let seen: IncomingHttpHeaders = {}
    const url = await serve((req, res) => {
      seen = req.headers
      jpeg(req, res)
    })
    const file = await fetching(url, url + PATH)
    expect(file).toEqual({ name: `${MEDIA_SID}.jpg`, contentType: 'image/jpeg', data: Buffer.from('picture') })
    expect(seen.authorization).toBe(BASIC)
  })

  test('is fetched there although it is named at api.twilio.com', async () => {
    const paths: unknown[] = []
    const url = await serve((req, res) => {
      paths.push(req.url, req.headers.authorization)
      jpeg(req, res)
    })
    await fetching(`${url}/proxy`, `https://api.twilio.com${PATH}`)
    expect(paths).toEqual([`/proxy${PATH}`, BASIC])
  })

  test('on another port of the host is fetched without credentials, also after a redirect', async () => {
    let authorization: string | undefined = 'not asked'
    const cdn = await serve((req, res) => {
      authorization = req.headers.authorization
      jpeg(req, res)
    })
    const api = await serve((_req, res) => res.writeHead(307, { location: `${cdn}${PATH}` }).end())
    expect(await fetching(api, api + PATH)).toMatchObject({ contentType: 'image/jpeg' })
    expect(authorization).toBeUndefined()
  })

  test('of another account is asked for without credentials', async () => {
    let authorization: string | undefined = 'not asked'
    const url = await serve((req, res) => {
      authorization = req.headers.authorization
      jpeg(req, res)
    })
    await fetching(url, url + PATH.replaceAll(ACCOUNT_SID, `AC${'9'.repeat(32)}`))
    expect(authorization).toBeUndefined()
  })
})

describe('nothing is fetched from', () => {
  test.each([
    ['another host', `https://evil.example${PATH}`],
    ['a look-alike host', `https://api.twilio.com.evil.example${PATH}`],
    ['a look-alike domain', `https://eviltwilio.com${PATH}`],
    ['an address with user information', `https://api.twilio.com@evil.example${PATH}`],
    ['our host with user information', `https://user:pass@api.twilio.com${PATH}`],
    ['another port of Twilio', `https://api.twilio.com:8443${PATH}`],
    ['plain http', `http://api.twilio.com${PATH}`],
    ['the metadata service', 'https://169.254.169.254/latest/meta-data'],
    ['a local file', 'file:///etc/passwd'],
    ['no address at all', 'picture.jpg'],
  ])('%s', async (_, mediaUrl) => {
    await expect(fetchMedia(sdkConfig(), mediaUrl)).rejects.toMatchObject({
      name: 'VendorError',
      code: 'media_refused',
      certain: true,
      permanent: true,
    })
  })

  test('the host a redirect leads to, when that is not Twilio', async () => {
    const asked: unknown[] = []
    const elsewhere = await serve((req) => void asked.push(req.url))
    const location = elsewhere.replace('127.0.0.1', 'localhost')
    const url = await serve((_req, res) => res.writeHead(302, { location }).end())
    await expect(fetching(url, url + PATH)).rejects.toMatchObject({ code: 'media_refused' })
    expect(asked).toEqual([])
  })

  test('a chain of more than three redirects', async () => {
    let asked = 0
    const url = await serve((req, res) => {
      asked += 1
      res.writeHead(302, { location: String(req.url) }).end()
    })
    await expect(fetching(url, url + PATH)).rejects.toMatchObject({ code: 'media_refused' })
    expect(asked).toBe(4)
  })
})

describe('a failure', () => {
  test.each([
    [401, true],
    [403, true],
    [404, false],
    [410, true],
    [429, false],
    [500, false],
  ])('HTTP %i is certain; final is %s', async (status, permanent) => {
    const url = await serve((_req, res) => res.writeHead(status).end())
    await expect(fetching(url, url + PATH)).rejects.toMatchObject({ code: String(status), certain: true, permanent })
  })

  test.each([
    ['announced', { 'content-length': String(21 * 1024 * 1024) }],
    ['unannounced', {}],
  ])('a file over 20 MB (%s) is cut off', async (_, headers) => {
    const url = await serve((_req, res) => {
      res.writeHead(200, headers)
      const more = () => {
        while (!res.destroyed && res.write(Buffer.alloc(1_000_000)));
      }
      res.on('drain', more)
      more()
    })
    await expect(fetching(url, url + PATH, {}, 5)).rejects.toMatchObject({ code: 'media_too_large', permanent: true })
  })

  test('a file that drips in is given up after three times the time limit', async () => {
    const url = await serve((_req, res) => {
      const drip = setInterval(() => res.write('x'), 20)
      res.on('close', () => clearInterval(drip))
    })
    const expected = { code: 'timeout', certain: true, permanent: false }
    await expect(fetching(url, url + PATH, {}, 0.1)).rejects.toMatchObject(expected)
  })

  test('half a file is no file', async () => {
    const url = await serve((_req, res) => {
      res.writeHead(200, { 'content-length': '100' })
      res.write('half', () => res.destroy())
    })
    await expect(fetching(url, url + PATH)).rejects.toMatchObject({ code: 'ECONNRESET', permanent: false })
  })
})

describe('at Twilio itself', () => {
  beforeEach(() => nock.disableNetConnect())
  afterEach(() => {
    nock.cleanAll()
    nock.restore()
  })

  test('the credentials stay with the API, the CDN gets none', async () => {
    nock('https://api.twilio.com', { reqheaders: { authorization: BASIC } })
      .get(PATH)
      .reply(307, '', { location: 'https://mms.twiliocdn.com/x.jpg' })
    nock('https://mms.twiliocdn.com', { badheaders: ['authorization'] })
      .get('/x.jpg')
      .reply(200, 'picture', { 'content-type': 'image/JPEG; x=y' })
    expect(await fetchMedia(sdkConfig(), `https://api.twilio.com${PATH}`)).toMatchObject({ contentType: 'image/jpeg' })
  })
})
