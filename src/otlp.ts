import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace as traceApi } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, RandomIdGenerator, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Log } from './log.ts'
import { readTrace, type Trace } from './trace.ts'
import type { SpanSink, SpanToTell } from './tracing.ts'

/** For a delivery, its repetitions included; a collector that is away must not keep the bridge from ending. */
const PATIENCE_MS = 3000
const KINDS = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL, client: SpanKind.CLIENT }

/**
 * Sends spans to a collector: https://opentelemetry.io/docs/specs/otlp/#otlphttp. They are kept in memory until then, 2,048
 * at most; while the collector is away the others are dropped.
 */
export function openOtlp(o: { url: string; headers: Record<string, string>; log: Log }): SpanSink {
  const { url, headers } = o
  const ids = givenIds()
  const exporter = telling(new OTLPTraceExporter({ url, headers, timeoutMillis: PATIENCE_MS }), o.log)
  const provider = new TracerProvider({
    idGenerator: ids,
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'intercom-twilio-bridge' })),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 })],
  })
  const tracer = provider.getTracer('intercom-twilio-bridge')

  function tell(span: SpanToTell): void {
    const { traceId, spanId } = readTrace(span.trace)
    const isChild = spanId !== null && !span.root
    if (!isChild) ids.next({ traceId, spanId })
    const begun = tracer.startSpan(
      span.name,
      {
        kind: KINDS[span.kind],
        startTime: new Date(span.startedAt),
        attributes: { ...span.attributes, ...(span.error ? { 'error.type': span.error } : {}) },
        links: span.from ? [{ context: contextOf(span.from) }] : [],
      },
      isChild ? traceApi.setSpanContext(ROOT_CONTEXT, contextOf(span.trace)) : ROOT_CONTEXT,
    )
    if (span.error) begun.setStatus({ code: SpanStatusCode.ERROR })
    begun.end(new Date(span.endedAt))
  }

  return {
    tell,
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS + 500).unref())
      // Of a delivery that fails the SDK does not wait for the others.
      await Promise.race([provider.shutdown().catch(() => exporter.shutdown()), late])
    },
  }
}

function contextOf(trace: Trace) {
  const { traceId, spanId } = readTrace(trace)
  return { traceId, spanId: spanId ?? '0'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true }
}

/** Ids were given before the span is made: they are in the rows, so that whatever happens after a restart hangs on it. */
function givenIds() {
  const random = new RandomIdGenerator()
  let given: { traceId: string; spanId: string | null } | null = null
  return {
    /** For the next span alone. */
    next(ids: { traceId: string; spanId: string | null }) {
      given = ids
    },
    // The SDK asks for the span's id first.
    generateSpanId: () => given?.spanId ?? random.generateSpanId(),
    generateTraceId() {
      const traceId = given?.traceId ?? random.generateTraceId()
      given = null
      return traceId
    },
  }
}

/** Says once that the collector takes nothing, and once that it does again. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let failing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        if (failed && !failing) log.warn('Traces are not taken by OTEL_EXPORTER_OTLP_ENDPOINT; the bridge works on')
        if (!failed && failing) log.info('Traces are taken again')
        failing = failed
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
