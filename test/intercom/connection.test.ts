import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { CONVERSATION, conversationJson, failure, intercom, listen, MARIA, partJson } from './helpers.ts'

const text = { conversationId: CONVERSATION, contactId: MARIA, body: 'Hello', files: [] }
const post = (apiUrl: string) => intercom({ apiUrl }).appendPart(text)

describe('a connection that fails', () => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()))
  })
  async function serve(handler: Parameters<typeof listen>[0]): Promise<string> {
    const { url, close } = await listen(handler)
    closers.push(close)
    return url
  }

  test('before the request was written surely did nothing: nobody listens', async () => {
    const { url, close } = await listen(() => undefined)
    await close()
    expect(await failure(post(url))).toMatchObject({ code: 'ECONNREFUSED', certain: true, permanent: false })
  })

  test('before the request was written surely did nothing: no such host', async () => {
    const error = await failure(post('https://intercom.invalid'))
    expect(error).toMatchObject({ code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/), certain: true })
  })

  test('before the request was written surely did nothing: TLS', async () => {
    const url = await serve(() => undefined)
    const error = await failure(post(url.replace('http:', 'https:')))
    expect(error).toMatchObject({ certain: true, permanent: false })
    expect(error.message).toMatch(/^Intercom could not be reached to add the text to the conversation/)
  })

  test('after the request was written leaves it open', async () => {
    const url = await serve((req) => req.on('end', () => req.socket.destroy()).resume())
    expect(await failure(post(url))).toMatchObject({ certain: false, permanent: false })
  })

  test('in the middle of the answer leaves it open', async () => {
    const url = await serve((req, res) => {
      res.writeHead(200, { 'content-length': 100 })
      res.write('{"type":', () => req.socket.destroy())
    })
    expect(await failure(post(url))).toMatchObject({ certain: false, permanent: false })
  })

  test('by saying something that is not HTTP leaves it open', async () => {
    const server = createTcpServer((socket) => void socket.resume().end('SSH-2.0\r\n')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closers.push(() => new Promise((resolve) => void server.close(() => resolve())))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await failure(post(`http://127.0.0.1:${port}`))).toMatchObject({ certain: false, permanent: false })
  })

  test.each([
    ['never starts', () => undefined],
    ['never ends', (res: { write(chunk: string): unknown }) => res.write('{"type":')],
  ])('times out when the answer %s', async (_, begin) => {
    const url = await serve((_req, res) => void begin(res))
    const error = await failure(intercom({ apiUrl: url }, 0.2).appendPart(text))
    expect(error).toMatchObject({ code: 'timeout', certain: false, permanent: false })
  })

  test.each([
    ['as it is', false],
    ['compressed', true],
  ])('is cut off when the answer is huge, %s', async (_, compressed) => {
    const huge = Buffer.alloc(11 * 1024 * 1024, ' ')
    const url = await serve((_req, res) => {
      if (compressed) res.setHeader('content-encoding', 'gzip')
      res.end(compressed ? gzipSync(huge) : huge)
    })
    expect(await failure(post(url))).toMatchObject({ code: 'answer_too_large', certain: false })
  })

  test('by redirecting is not followed, and the token not shown to another host', async () => {
    const seen: (string | undefined)[] = []
    const other = await serve((req, res) => {
      seen.push(req.headers.authorization)
      res.end()
    })
    const url = await serve((_req, res) => res.writeHead(307, { location: `${other}/` }).end())
    expect(await failure(post(url))).toMatchObject({ code: 'redirected', certain: true, permanent: false })
    expect(seen).toEqual([])
  })

  test('is used again after an answer', async () => {
    const sockets = new Set<unknown>()
    const url = await serve((req, res) => {
      sockets.add(req.socket)
      req.on('end', () => res.end(JSON.stringify(conversationJson([partJson()])))).resume()
    })
    const client = intercom({ apiUrl: url })
    for (let i = 0; i < 6; i++) await client.appendPart(text)
    expect(sockets.size).toBeLessThanOrEqual(2)
  })
})
