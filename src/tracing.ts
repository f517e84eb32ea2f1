import type { Config } from './config/types.ts'
import type { Log } from './log.ts'
import type { NewFact } from './queue/inbox.ts'
import type { SeenAttempt, SeenDecision } from './queue/watch.ts'
import type { Trace } from './trace.ts'

/** Times in Unix ms. No attribute ever holds personal data: ids, kinds and codes only. */
export interface SpanToTell {
  name: string
  kind: 'server' | 'internal' | 'client'
  trace: Trace
  /** It is the webhook itself, on which the others of its trace hang. */
  root?: boolean
  /** A trace that led here. */
  from?: Trace | null
  startedAt: number
  endedAt: number
  attributes: Record<string, string | number>
  /** A code. */
  error?: string | null
}

/** Where spans go; they are told when they are over, from what is written down anyway. */
export interface SpanSink {
  tell(span: SpanToTell): void
  /** Gives what it has, for a moment at most. */
  close(): Promise<void>
}

export interface Tracing {
  /** Webhooks, or a look for what was missed, brought facts. */
  recorded(facts: NewFact[], o: { by: string; startedAt: number; endedAt: number; error: string | null }): void
  decided(decision: SeenDecision): void
  attempt(attempt: SeenAttempt): void
  close(): Promise<void>
}

/** Traces for OpenTelemetry, if there is somewhere to send them: only then is its SDK loaded. */
export async function startTracing({ traces }: Pick<Config, 'traces'>, o: { log: Log }): Promise<Tracing> {
  if (!traces) return { recorded() {}, decided() {}, attempt() {}, async close() {} }
  const { openOtlp } = await import('./otlp.ts')
  return tracingInto(openOtlp({ ...traces, log: o.log }))
}

function tracingInto({ tell, close }: SpanSink): Tracing {
  return {
    close,
    recorded(facts, { by, ...times }) {
      for (const { kind, trace } of facts) {
        if (trace === undefined) continue
        tell({
          ...times,
          name: `${by} ${kind}`,
          kind: 'server',
          trace,
          root: true,
          attributes: { 'bridge.kind': kind },
        })
      }
    },
    decided({ fact, trace, startedAt, endedAt }) {
      const attributes = { 'bridge.fact': fact.id, 'bridge.kind': fact.kind }
      const from = fact.trace === trace ? null : fact.trace
      tell({ name: `decide ${fact.kind}`, kind: 'internal', trace, from, startedAt, endedAt, attributes })
    },
    attempt({ effect, vendor, step, outcome, code, startedAt, endedAt }) {
      if (effect.trace === null) return
      const attributes = {
        'bridge.effect': effect.id,
        'bridge.kind': effect.kind,
        'bridge.step': step,
        'bridge.outcome': outcome,
        'peer.service': vendor,
        ...(effect.messageId === null ? {} : { 'bridge.message': effect.messageId }),
      }
      const name = `${effect.kind}: ${step}`
      tell({ name, kind: 'client', trace: effect.trace, startedAt, endedAt, attributes, error: code })
    },
  }
}
