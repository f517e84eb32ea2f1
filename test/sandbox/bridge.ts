import { createServer, type IncomingHttpHeaders } from 'node:http'

export interface Hook {
  path: string
  headers: IncomingHttpHeaders
  raw: Buffer
  form: URLSearchParams
}

/** In place of the bridge: keeps every webhook and answers what `answer` says. */
export async function startBridge(answer: { status: number; type?: string; body?: string } = { status: 200 }) {
  const hooks: Hook[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    hooks.push({ path: req.url ?? '', headers: req.headers, raw, form: new URLSearchParams(raw.toString()) })
    res.writeHead(answer.status, { 'content-type': answer.type ?? 'text/xml' }).end(answer.body ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    hooks,
    answer,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
