import type { RequestHandler } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** Facts were put on disk. */
  stored(facts: readonly { kind: string }[]): void
  notStored(): void
  /** A webhook was turned away. */
  refused(route: string, reason: string): void
  /** A call to a vendor, or a look for what one left behind, ended. */
  attempt(a: { kind: string; outcome: string; ms: number }): void
  /** So many things are wrong that a person has to mend. */
  troubles(count: number): void
  /** GET /metrics: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  handler: RequestHandler
}

export interface Scraped {
  /** Lanes with work. */
  lanes: () => Promise<number>
  /** The share of the last hour's texts that carriers filtered, 0 to 1. */
  filtered: () => Promise<number>
}

/** Numbers for Prometheus; no label ever holds personal data. What is `scraped` is asked for at each scrape. */
export function createMetrics({ lanes, filtered }: Scraped): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const stored = counter('bridge_facts_total', 'What webhooks and reconciliation told, by kind.', ['kind'])
  const notStored = counter('bridge_not_stored_total', 'Webhooks answered 503 because they could not be stored.', [])
  const refused = counter('bridge_refused_total', 'Webhooks turned away, by route and reason.', ['route', 'reason'])
  const attempts = new Histogram({
    name: 'bridge_attempt_seconds',
    help: 'Calls to Twilio and Intercom by kind of effect and outcome.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  new Gauge({
    name: 'bridge_lanes',
    help: 'Lanes that have work, waiting ones included.',
    registers,
    async collect() {
      this.set(await lanes())
    },
  })
  new Gauge({
    name: 'bridge_filtered_ratio',
    help: 'Share of the texts of the last hour that carriers filtered as spam (30007), 0 to 1.',
    registers,
    async collect() {
      this.set(await filtered())
    },
  })
  const troubles = new Gauge({ name: 'bridge_troubles', help: 'What a person has to mend, counted.', registers })
  return {
    stored: (facts) => {
      for (const { kind } of facts) stored.inc({ kind })
    },
    notStored: () => notStored.inc(),
    refused: (route, reason) => refused.inc({ route, reason }),
    attempt: ({ kind, outcome, ms }) => attempts.observe({ kind, outcome }, ms / 1000),
    troubles: (count) => troubles.set(count),
    handler: async (_req, res) => {
      res.type(registry.contentType).send(await registry.metrics())
    },
  }
}
