import { describe, expect, test } from '@jest/globals'
import { type DownloadRequest, download, isPublicAddress } from '../../src/download.ts'
import { servers } from './settings.ts'

const serve = servers()

function fetching(url: string, options: Partial<DownloadRequest> = {}) {
  const limits = { maxBytes: 1000, timeoutMs: 2000, maxRedirects: 3 }
  const trust = { allow: () => true, headersFor: () => ({}), trustedHosts: ['127.0.0.1'] }
  return download({ url, ...limits, ...trust, ...options })
}

describe('the address guard', () => {
  test.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['fd00:ec2::254', false],
    ['::ffff:127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['2001:db8::1', false],
    ['172.32.0.1', true],
    ['93.184.216.34', true],
    ['2606:4700::1111', true],
    ['not an address', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected)
  })

  test.each([
    ['a literal', '127.0.0.1'],
    ['a literal in disguise', '0x7f.1'],
    ['a mapped literal', '[::ffff:127.0.0.1]'],
    ['a name', 'localhost'],
  ])('refuses a private address given as %s', async (_, host) => {
    const asked: unknown[] = []
    const url = await serve((req) => void asked.push(req.url))
    const guarded = fetching(url.replace('127.0.0.1', host), { trustedHosts: [] })
    await expect(guarded).rejects.toMatchObject({ name: 'DownloadError', fault: 'refused' })
    expect(asked).toEqual([])
  })

  test('also refuses it after a redirect', async () => {
    const url = await serve((_req, res) => res.writeHead(302, { location: 'http://localhost:1/' }).end())
    await expect(fetching(url)).rejects.toMatchObject({ fault: 'refused' })
  })
})

describe('a file', () => {
  test.each([
    ['attachment; filename="cat.jpg"', 'cat.jpg'],
    ['attachment; filename=cat.jpg', 'cat.jpg'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['attachment; filename="C:\\\\temp\\\\cat.jpg"', 'cat.jpg'],
    ['attachment; filename=".."', null],
    ['inline', null],
  ])('named by %j is called %j', async (header, name) => {
    const url = await serve((_req, res) => res.setHeader('content-disposition', header).end('x'))
    expect(await fetching(url)).toMatchObject({ name })
  })

  test.each([
    ['image/PNG; charset=x', 'image/png'],
    ['nonsense', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('of type %j counts as %s', async (header, contentType) => {
    const url = await serve((_req, res) => res.setHeader('content-type', header).end('x'))
    expect(await fetching(url)).toMatchObject({ contentType, data: Buffer.from('x') })
  })

  test('is found after relative redirects, with the headers of each host', async () => {
    const url = await serve((req, res) => {
      if (req.url === '/a') res.writeHead(301, { location: 'b' }).end()
      else res.end(`${req.url} ${req.headers['x-path']}`)
    })
    const file = await fetching(`${url}/a`, { headersFor: ({ pathname }) => ({ 'x-path': pathname }) })
    expect([String(file.data), file.finalUrl]).toEqual(['/b /b', `${url}/b`])
  })

  test('that comes compressed is refused rather than passed on as rubbish', async () => {
    const url = await serve((_req, res) => res.setHeader('content-encoding', 'gzip').end('x'))
    await expect(fetching(url)).rejects.toMatchObject({ fault: 'network', code: 'content_encoding' })
  })

  test('of exactly the largest size is taken, one byte more is not', async () => {
    const url = await serve((req, res) => res.end('x'.repeat(Number(req.url?.slice(1)))))
    expect((await fetching(`${url}/1000`)).data).toHaveLength(1000)
    await expect(fetching(`${url}/1001`)).rejects.toMatchObject({ fault: 'too_large' })
  })
})
