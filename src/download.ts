import { lookup as resolve } from 'node:dns'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export interface DownloadRequest {
  url: string
  /** Asked for the first address and for every redirect. */
  allow: (url: URL) => boolean
  /** Headers for this hop; credentials belong here, so that they are decided anew for every host. */
  headersFor: (url: URL) => Record<string, string>
  /** Host names (without port) that may live at a private address: stand-ins and proxies the operator configured. */
  trustedHosts: readonly string[]
  maxBytes: number
  /** Milliseconds for everything together, redirects included. */
  timeoutMs: number
  maxRedirects: number
}

export interface Downloaded {
  /** Media type in lower case, without parameters; `application/octet-stream` when the server named none. */
  contentType: string
  data: Buffer
  /** From Content-Disposition, made harmless; for showing only, never a path. */
  name: string | null
  finalUrl: string
}

/**
 * `refused`: an address we may not fetch. `status`: an answer other than 2xx. `too_large`, `timeout`: over the limits.
 * `network`: no answer, or half of one.
 */
export type DownloadFault = 'refused' | 'status' | 'too_large' | 'timeout' | 'network'

/** A download that did not succeed. Never holds the address (it may carry a token) or headers. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
  readonly fault: DownloadFault
  /** HTTP status, with fault `status`. */
  readonly status: number | undefined
  /** The socket's error code, with fault `network`. */
  readonly code: string | undefined

  constructor(fault: DownloadFault, message: string, detail: { status?: number; code?: string } = {}) {
    super(message)
    this.fault = fault
    this.status = detail.status
    this.code = detail.code
  }
}

/**
 * Fetches a file whose address came from outside. Every hop is checked against `allow`, and the address its name
 * resolves to must be a public one; the connection goes to the very address that was checked.
 *
 * @throws {DownloadError}
 */
export async function download(job: DownloadRequest): Promise<Downloaded> {
  const signal = AbortSignal.timeout(job.timeoutMs)
  try {
    const { response, url } = await follow(job, signal)
    return {
      contentType: mediaType(response.headers['content-type']),
      data: await readCapped(response, job.maxBytes),
      name: fileName(response.headers['content-disposition']),
      finalUrl: url.href,
    }
  } catch (err) {
    if (err instanceof DownloadError) throw err
    if (signal.aborted) throw new DownloadError('timeout', `The download took longer than ${job.timeoutMs} ms.`)
    const code = errorCode(err)
    throw new DownloadError('network', `The download broke off (${code}).`, { code })
  }
}

async function follow(job: DownloadRequest, signal: AbortSignal): Promise<{ response: IncomingMessage; url: URL }> {
  let address = job.url
  let base: string | undefined
  for (let redirects = 0; redirects <= job.maxRedirects; redirects++) {
    const url = URL.canParse(address, base) ? new URL(address, base) : undefined
    if (!url || !isFetchable(url, job))
      throw new DownloadError('refused', 'The address is not one we may download from.')
    const response = await get(url, job, signal)
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return { response, url }
    response.destroy()
    const { location } = response.headers
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
      throw new DownloadError('status', `The server answered ${status}.`, { status })
    }
    address = location
    base = url.href
  }
  throw new DownloadError('refused', `The server redirected more than ${job.maxRedirects} times.`)
}

function isFetchable(url: URL, job: DownloadRequest): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  if (url.username !== '' || url.password !== '' || !job.allow(url)) return false
  // A literal address never reaches the lookup of a socket.
  const host = hostOf(url)
  return isIP(host) === 0 || job.trustedHosts.includes(url.hostname) || isPublicAddress(host)
}

function get(url: URL, job: DownloadRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = {
    // A redirect may be followed by an answer that nobody reads: no connection is kept.
    agent: false,
    headers: { ...job.headersFor(url), 'accept-encoding': 'identity' },
    signal,
  }
  if (!job.trustedHosts.includes(url.hostname)) options.lookup = lookupPublic
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    // `on`, not `once`: destroying an answer makes the request report again, and nobody may be left to hear it.
    request(url, options, resolve).on('error', reject).end()
  })
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (err, addresses) => {
    if (err) return callback(err, [])
    if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new DownloadError('refused', 'The host name leads to a private address.'), [])
    }
    if (options.all) return callback(null, addresses)
    const [first] = addresses
    callback(null, first?.address ?? '', first?.family)
  })
}

async function readCapped(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new DownloadError('too_large', `The file is larger than ${maxBytes} bytes.`)
  if (Number(response.headers['content-length']) > maxBytes) {
    response.destroy()
    throw tooLarge
  }
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') {
    response.destroy()
    throw new DownloadError('network', 'The file came compressed, which was not asked for.', {
      code: 'content_encoding',
    })
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

// https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 sister: what is not on the public internet.
const special = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, prefix, 'ipv4')
}
const globalIpv6 = new BlockList()
globalIpv6.addSubnet('2000::', 3, 'ipv6')
const tunnelledIpv6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  tunnelledIpv6.addSubnet(network, prefix, 'ipv6')
}

/** False for loopback, private, link-local, metadata, multicast and every other address not on the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !special.check(address, 'ipv4')
  return globalIpv6.check(address, 'ipv6') && !tunnelledIpv6.check(address, 'ipv6')
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function mediaType(header: string | undefined): string {
  const type = (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/.test(type) ? type : 'application/octet-stream'
}

function fileName(header: string | undefined): string | null {
  const match = /;\s*filename="?([^";]+)"?/i.exec(header ?? '')
  const last = match?.[1]?.split(/[/\\]/).at(-1) ?? ''
  const harmless = last.replace(/[\p{C}<>:|?*]/gu, '').trim()
  return /^\.*$/.test(harmless) ? null : harmless.slice(0, 100)
}

function errorCode(err: unknown): string {
  return typeof err === 'object' && err !== null && 'code' in err && typeof err.code === 'string' ? err.code : 'unknown'
}
