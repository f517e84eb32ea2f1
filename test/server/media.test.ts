import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import fc from 'fast-check'
import request from 'supertest'
import type { MediaRef } from '../../src/flows/context.ts'
import { createMediaLinks } from '../../src/media-links.ts'
import { mediaRoute } from '../../src/media-route.ts'
import { keepFile } from '../../src/store/media.ts'
import { addMessage } from '../../src/store/messages.ts'
import { threadOf } from '../../src/store/threads.ts'
import { DAY, type Flows, MARIA, NOW, refusal, SUPPORT, startFlows } from '../support/flows.ts'

const links = createMediaLinks('the key of this bridge')
const TOMORROW = NOW + DAY
const media = fc.oneof(
  fc.record({ file: fc.nat() }),
  fc.record({ message: fc.nat(), index: fc.nat({ max: 10 }) }),
) as fc.Arbitrary<MediaRef>

describe('a link', () => {
  test('stands for what it was made for until its time is over, to the second', () =>
    fc.assert(
      fc.property(media, fc.integer({ min: 1, max: 1e9 }), (what, seconds) => {
        const token = links.sign(what, NOW + seconds * 1000)
        expect(links.read(token, NOW + seconds * 1000 - 1)).toEqual(what)
        expect(links.read(token, NOW + seconds * 1000)).toBeNull()
      }),
    ))

  test('that was altered in any place, shortened or prolonged stands for nothing', () =>
    fc.assert(
      fc.property(media, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (what, where, other) => {
        const token = links.sign(what, TOMORROW)
        const at = where % token.length
        const altered = token.slice(0, at) + other + token.slice(at + 1)
        if (altered !== token) expect(links.read(altered, NOW)).toBeNull()
        expect(links.read(token.slice(0, at), NOW)).toBeNull()
        expect(links.read(`${token}~${other}`, NOW)).toBeNull()
      }),
    ))

  test('of another bridge stands for nothing here', () => {
    expect(links.read(createMediaLinks('another key').sign({ file: 1 }, TOMORROW), NOW)).toBeNull()
  })

  test('is fit for an address', () =>
    fc.assert(
      fc.property(media, (what) => {
        expect(links.sign(what, TOMORROW)).toMatch(/^[\w.~-]+$/)
      }),
    ))
})

describe('GET /media/:token', () => {
  let flows: Flows
  beforeEach(async () => {
    flows = await startFlows()
  })
  afterEach(() => flows.close())

  const ask = () => request(express().get('/media/:token', mediaRoute({ db: flows.db, ctx: flows.ctx, links })))
  const get = (what: MediaRef, until = TOMORROW) => ask().get(`/media/${links.sign(what, until)}`)
  const keep = (name: string, contentType = 'image/jpeg') =>
    flows.tx((tx) => keepFile(tx, '70', { name, contentType, data: Buffer.from('a photo') }, TOMORROW))
  const URL = 'https://api.twilio.com/Media/ME1'
  const received = () =>
    flows.tx(async (tx) => {
      const { id: threadId } = await threadOf(tx, SUPPORT, MARIA, NOW)
      const files = { channel: 'mms', body: '', media: [{ url: URL, contentType: 'image/png' }] }
      return addMessage(tx, { threadId, direction: 'inbound', status: 'posted', ...files }, NOW)
    })

  test('serves an agent’s file, so that no browser runs it and no cache of others keeps it', async () => {
    const { id } = await keep('photo.jpg')
    const { status, headers, body } = await get({ file: id })
    expect([status, body.toString()]).toEqual([200, 'a photo'])
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '7',
      'content-disposition': 'attachment; filename="photo.jpg"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, max-age=3600',
    })
  })

  test('answers HEAD like GET, without the file', async () => {
    const { id } = await keep('photo.jpg')
    const token = links.sign({ file: id }, TOMORROW)
    const [head, whole] = [await ask().head(`/media/${token}`), await ask().get(`/media/${token}`)]
    const { date: _, ...headers } = head.headers
    expect(whole.headers).toMatchObject(headers)
    expect([head.status, headers['content-length'], head.text ?? '']).toEqual([200, '7', ''])
  })

  test.each([
    ['Häuser & Gärten.jpg', 'H_user_G_rten.jpg'],
    ['a very long name of a file.pdf', 'a_very_long_name.pdf'],
    ['"; filename="evil.exe', '_filename_evil.exe'],
    ['../../etc/passwd', '_etc_passwd'],
    ['', 'file'],
  ])('names “%s” so that a phone and a header can take it', async (name, safe) => {
    const { id } = await keep(name)
    const { headers } = await get({ file: id })
    expect(headers['content-disposition']).toBe(`attachment; filename="${safe}"`)
    expect(safe.length).toBeLessThanOrEqual(20)
  })

  test('serves a customer’s file from behind Twilio’s login', async () => {
    flows.twilio.files[URL] = { name: 'ME1.png', contentType: 'image/png', data: Buffer.from('a picture') }
    const { status, headers, body } = await get({ message: await received(), index: 0 })
    expect([status, headers['content-type'], body.toString()]).toEqual([200, 'image/png', 'a picture'])
  })

  test('is 404 for a good link to what is gone, here or at Twilio', async () => {
    const { id } = await keep('photo.jpg')
    flows.twilio.files[URL] = refusal({ vendor: 'twilio', status: 404 })
    const message = await received()
    const asked = [{ file: id + 1 }, { message, index: 0 }, { message, index: 1 }, { message: message + 1, index: 0 }]
    const answers = await Promise.all(asked.map((what) => get(what)))
    expect(answers.map(({ status, text }) => [status, text])).toEqual(asked.map(() => [404, '']))
  })

  test('is 404 when the time is over, of the link or of the file', async () => {
    const { id } = await keep('photo.jpg')
    expect((await get({ file: id }, NOW)).status).toBe(404)
    flows.clock.now = TOMORROW
    expect((await get({ file: id }, TOMORROW + DAY)).status).toBe(404)
  })

  test.each(['x', '~~', 'f1~9999999999~', `f1~9999999999~${'A'.repeat(43)}`, '%00', 'f1~NaN~x'])(
    'is 404 for %s',
    async (token) => {
      const { status, text } = await ask().get(`/media/${token}`)
      expect([status, text]).toEqual([404, ''])
    },
  )
})
