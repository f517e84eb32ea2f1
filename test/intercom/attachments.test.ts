import { afterEach, describe, expect, test } from '@jest/globals'
import { failure, intercom, listen, TOKEN } from './helpers.ts'

describe('an attachment address that is not one of Intercom', () => {
  test.each([
    'http://downloads.intercomcdn.com/a.jpg',
    'https://downloads.intercomcdn.com:8443/a.jpg',
    'https://intercomcdn.com.example.com/a.jpg',
    'https://evilintercomcdn.com/a.jpg',
    'https://user:secret@downloads.intercomcdn.com/a.jpg',
    'https://www.intercom-attachments-0.com/a.jpg',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:1/a.jpg',
    'file:///etc/passwd',
    'not an address',
  ])('is refused: %s', async (url) => {
    const error = await failure(intercom().fetchAttachment(url))
    expect(error).toMatchObject({ vendor: 'intercom', code: 'refused', permanent: true, certain: true })
    expect(error.message).not.toContain(url)
  })
})

describe('an attachment on the host of INTERCOM_API_URL', () => {
  let close: () => Promise<void> = async () => undefined
  afterEach(() => close())

  async function serve(handler: Parameters<typeof listen>[0]) {
    const host = await listen(handler)
    close = host.close
    // The API has another port: the host is what counts.
    return { url: host.url, client: intercom({ apiUrl: 'http://127.0.0.1:9', customApiUrl: true }) }
  }

  test('is downloaded without the token', async () => {
    const seen: unknown[] = []
    const { url, client } = await serve((req, res) => {
      seen.push(req.headers.authorization)
      res.writeHead(200, { 'content-type': 'image/png' }).end('PNG')
    })
    const file = await client.fetchAttachment(`${url}/uploads/photo.png?expires=1&signature=${TOKEN}`)
    expect(file).toEqual({ name: 'photo.png', contentType: 'image/png', data: Buffer.from('PNG') })
    expect(seen).toEqual([undefined])
  })

  test.each([
    [404, { code: '404', permanent: true }],
    [410, { code: '410', permanent: true }],
    [429, { code: '429', permanent: false }],
    [503, { code: '503', permanent: false }],
  ])('that is answered with %i', async (status, expected) => {
    const { url, client } = await serve((_req, res) => void res.writeHead(status).end())
    expect(await failure(client.fetchAttachment(`${url}/a`))).toMatchObject({ certain: true, status, ...expected })
  })

  test('has a name even where the address has none', async () => {
    const { url, client } = await serve((_req, res) => void res.end('x'))
    expect(await client.fetchAttachment(`${url}/`)).toMatchObject({ name: 'attachment' })
  })

  test('may hold 25 MB', async () => {
    const { url, client } = await serve((_req, res) => {
      res.writeHead(200, { 'content-length': 25 * 1024 * 1024 + 1 }).flushHeaders()
    })
    expect(await failure(client.fetchAttachment(`${url}/a`))).toMatchObject({ code: 'too_large', permanent: true })
  })

  test('must arrive in time', async () => {
    const { url, client } = await serve((_req, res) => res.flushHeaders())
    expect(await failure(client.fetchAttachment(`${url}/a`))).toMatchObject({ code: 'timeout', permanent: false })
  })

  test('is not fetched from a host it redirects to', async () => {
    const { url, client } = await serve(
      (_req, res) => void res.writeHead(302, { location: 'https://example.com/' }).end(),
    )
    expect(await failure(client.fetchAttachment(`${url}/a`))).toMatchObject({ code: 'refused' })
  })

  test('is refused while the API is at its usual address', async () => {
    const { url } = await serve((_req, res) => void res.end('x'))
    expect(await failure(intercom().fetchAttachment(`${url}/a`))).toMatchObject({ code: 'refused' })
  })
})
