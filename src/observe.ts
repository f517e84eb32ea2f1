import type { Config } from './config/types.ts'
import { gaugesOf } from './gauges.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { Watch } from './queue/watch.ts'
import type { Storage } from './store/storage.ts'
import { startTracing, type Tracing } from './tracing.ts'

export interface Observation {
  metrics: Metrics
  tracing: Tracing
  /** For the worker. */
  watch: Watch
}

/** Metrics, traces and the health of the storage, which all look on while lanes are worked. `now` in Unix ms. */
export async function observe(
  config: Config,
  storage: Storage,
  { log, now }: { log: Log; now: () => number },
): Promise<Observation> {
  const { health } = storage
  const metrics = createMetrics(gaugesOf(storage, now))
  const tracing = await startTracing(config, { log })
  const watch: Watch = {
    storage: (error) => (error === null ? health.worked() : health.failed(error)),
    attempt(attempt) {
      metrics.attempt(attempt)
      tracing.attempt(attempt)
    },
    decided: tracing.decided,
  }
  return { metrics, tracing, watch }
}
