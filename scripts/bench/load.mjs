// The load generator, in a process of its own: node load.mjs '{ "port", "pid", "path", "sends"?, "warmUp"?, "levels": [{ "connections", "seconds", "perSecond"? }] }'
// Prints `{ sent, ok, levels: [{ connections, sent, ok, seconds, perSecond, p50, p99, max, cpu, serverCpu }] }`: the first two
// with what warmed up, times in ms, cpu as the share of a core it used itself, serverCpu in µs per request.
import autocannon from 'autocannon'
import { processorSeconds } from './machine.mjs'
import { signedReplies } from './replies.mjs'
import { percentile, round } from './statistics.mjs'
import { signedTexts } from './texts.mjs'

/** Long enough for the compiler to have seen the busy paths. */
const WARM_UP = { connections: 50, amount: 5000 }
/** For a first idea of the speed at so many connections. */
const PROBE_PER_CONNECTION = 20
/** Slow is an answer too; autocannon's own patience ends after ten seconds. */
const PATIENCE_SECONDS = 60

const SENDS = { nothing: null, texts: signedTexts, replies: signedReplies }

const { port, pid, path, sends = 'nothing', warmUp = WARM_UP.amount, levels } = JSON.parse(process.argv[2])
const total = { sent: 0, ok: 0 }
if (warmUp > 0) await shoot(WARM_UP.connections, warmUp)
const measured = []
for (const level of levels) measured.push(await measure(level))
process.stdout.write(JSON.stringify({ ...total, levels: measured }))

async function measure({ connections, seconds, perSecond }) {
  const speed = perSecond ?? (await shoot(connections, connections * PROBE_PER_CONNECTION)).perSecond
  const amount = Math.max(1, Math.ceil((speed * seconds) / connections)) * connections
  return { connections, ...(await shoot(connections, amount, perSecond)) }
}

/** A fixed number of requests and not a fixed time, so that no request is cut off and what was stored can be counted. */
async function shoot(connections, amount, perSecond) {
  const bodies = SENDS[sends]?.(amount) ?? null
  const method = bodies ? 'POST' : 'GET'
  const times = []
  let startedAt = 0
  let endedAt = 0
  const cpuBefore = process.cpuUsage()
  const serverBefore = processorSeconds(pid)
  const result = await new Promise((resolve, reject) => {
    const run = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        amount,
        timeout: PATIENCE_SECONDS,
        ...(perSecond && { overallRate: perSecond, ignoreCoordinatedOmission: true }),
        requests: [{ method, path, ...(bodies && { setupRequest: (request) => ({ ...request, ...bodies.pop() }) }) }],
      },
      (err, done) => (err ? reject(err) : resolve(done)),
    )
    run.on('start', () => {
      startedAt = performance.now()
    })
    run.on('response', (_client, _status, _bytes, ms) => {
      times.push(ms)
      endedAt = performance.now()
    })
  })
  const { user, system } = process.cpuUsage(cpuBefore)
  const seconds = (endedAt - startedAt) / 1000
  total.sent += amount
  total.ok += result['2xx']
  return {
    sent: amount,
    ok: result['2xx'],
    seconds: round(seconds),
    perSecond: round(amount / seconds, 0),
    p50: round(percentile(times, 0.5)),
    p99: round(percentile(times, 0.99)),
    max: round(percentile(times, 1)),
    cpu: round((user + system) / 1e6 / seconds),
    serverCpu: round(((processorSeconds(pid) - serverBefore) / amount) * 1e6, 0),
  }
}
