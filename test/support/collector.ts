import { once } from 'node:events'
import { createServer } from 'node:http'
import { untilSo } from './stories.ts'

export interface TracedSpan {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  /** Unix milliseconds. */
  startedAt: number
  attributes: Record<string, string | number>
  links: string[]
  failed: boolean
}

export interface Collector {
  url: string
  spans: TracedSpan[]
  /** Everything that came, as it came. */
  bodies: string[]
  keys: (string | undefined)[]
  /** Every request is answered with this. */
  status: number
  until(so: (spans: TracedSpan[]) => boolean): Promise<void>
  close(): Promise<void>
}

/** Takes OTLP over HTTP as a collector does: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export async function startCollector(port = 0): Promise<Collector> {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    collector.bodies.push(body)
    collector.keys.push(req.headers['api-key']?.toString())
    const ok = req.method === 'POST' && req.url === '/v1/traces' && collector.status === 200
    if (ok) collector.spans.push(...spansIn(JSON.parse(body)))
    res.writeHead(ok ? 200 : collector.status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const collector: Collector = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    spans: [],
    bodies: [],
    keys: [],
    status: 200,
    until: (so) => untilSo(async () => so(collector.spans)),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return collector
}

interface Otlp {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[]
}
interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[]
  links?: { traceId: string }[]
  status: { code: number }
}

function spansIn({ resourceSpans }: Otlp): TracedSpan[] {
  const all = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  return all.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    startedAt: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
    attributes: Object.fromEntries(
      span.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? '']),
    ),
    links: (span.links ?? []).map(({ traceId }) => traceId),
    failed: span.status.code === 2,
  }))
}
