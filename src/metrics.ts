import type { RequestHandler } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { SeenAttempt } from './queue/watch.ts'

export interface Metrics {
  /** Facts were put on disk. */
  stored(facts: readonly { kind: string }[]): void
  notStored(): void
  /** A request was turned away. */
  refused(route: string, reason: string): void
  attempt(attempt: SeenAttempt): void
  /** So many things are wrong that a person has to mend. */
  troubles(count: number): void
  /** GET /metrics: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  handler: RequestHandler
}

/** A number that is asked for at each scrape, or one per value of its label. */
export interface GaugeSource {
  name: string
  help: string
  label?: string
  read: () => Promise<number | Record<string, number>>
}

/** Numbers for Prometheus; no label ever holds personal data. */
export function createMetrics(gauges: GaugeSource[]): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const source of gauges) addGauge(registry, source)
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const stored = counter('bridge_facts_total', 'What webhooks and reconciliation told, by kind.', ['kind'])
  const notStored = counter('bridge_not_stored_total', 'Webhooks answered 503 because they could not be stored.', [])
  const refused = counter('bridge_refused_total', 'Requests turned away, by route and reason.', ['route', 'reason'])
  const attempts = new Histogram({
    name: 'bridge_attempt_seconds',
    help: 'Calls to Twilio and Intercom by kind of effect and outcome.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const troubles = new Gauge({ name: 'bridge_troubles', help: 'What a person has to mend, counted.', registers })
  return {
    stored: (facts) => {
      for (const { kind } of facts) stored.inc({ kind })
    },
    notStored: () => notStored.inc(),
    refused: (route, reason) => refused.inc({ route, reason }),
    attempt: ({ effect, outcome, startedAt, endedAt }) =>
      attempts.observe({ kind: effect.kind, outcome }, (endedAt - startedAt) / 1000),
    troubles: (count) => troubles.set(count),
    handler: async (_req, res) => {
      res.type(registry.contentType).send(await registry.metrics())
    },
  }
}

function addGauge(registry: Registry, { name, help, label, read }: GaugeSource): void {
  new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    async collect() {
      try {
        const value = await read()
        if (typeof value === 'number') this.set(value)
        else for (const [of, n] of Object.entries(value)) this.set({ [label ?? '']: of }, n)
      } catch {
        // A database that cannot be read is told by the others; what is not known must not look like a number.
        if (label === undefined) this.set(Number.NaN)
        else this.reset()
      }
    },
  })
}
