import { request } from 'node:http'

export interface Posted {
  /** HTTP status; 0 when no answer came. */
  status: number
  headers: Record<string, string | string[] | undefined>
  data: Buffer
  /** Why no answer came: the socket's error code, or `timeout`. */
  error?: string
}

export interface Post {
  method?: string
  /** The address as the bridge's owner configured it; it decides path, query and Host header. */
  url: string
  /** `url` begins with this … */
  bridgeUrl: string
  /** … and is really reached here. */
  connectUrl: string
  headers: Record<string, string>
  body?: Buffer
  timeoutMs: number
}

/** Calls the bridge as a vendor does from outside: the public name in `Host`, one connection per request, no redirects. Never rejects. */
export function post(call: Post): Promise<Posted> {
  const target = new URL(call.url)
  const viaBridge = call.url.startsWith(call.bridgeUrl)
  const { hostname, port } = viaBridge ? new URL(call.connectUrl) : target
  return new Promise((resolve) => {
    const fail = (error: string) => {
      clearTimeout(timer)
      resolve({ status: 0, headers: {}, data: Buffer.alloc(0), error })
    }
    const timer = setTimeout(() => {
      fail('timeout')
      req.destroy()
    }, call.timeoutMs)
    const length = call.body ? { 'content-length': String(call.body.length) } : {}
    const req = request(
      {
        hostname,
        port,
        path: target.pathname + target.search,
        method: call.method ?? 'POST',
        headers: { host: target.host, ...call.headers, ...length },
        agent: false,
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('error', () => fail('ECONNRESET'))
        res.on('end', () => {
          clearTimeout(timer)
          resolve({ status: res.statusCode ?? 0, headers: res.headers, data: Buffer.concat(chunks) })
        })
      },
    )
    req.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'ERROR'))
    req.end(call.body)
  })
}
