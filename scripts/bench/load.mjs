// The load generator, in a process of its own: node load.mjs '{ "port", "method", "path", "connections", "seconds", "perSecond"?, "warmUp"? }'
// Prints `{ sent, ok, seconds, perSecond, p50, p99, max, cpu }`: times in ms, cpu as the share of a core it used itself.
import autocannon from 'autocannon'
import { percentile, round } from './statistics.mjs'
import { signedTexts } from './texts.mjs'

/** Long enough for the compiler to have seen the busy paths, and for a first idea of the speed. */
const WARM_UP = 5000

const options = JSON.parse(process.argv[2])
const cold = { sent: 0, ok: 0 }
const warmUp = options.warmUp === false ? cold : await shoot({ ...options, perSecond: undefined }, WARM_UP)
const amount = (options.perSecond ?? warmUp.perSecond) * options.seconds
const measured = await shoot(options, Math.ceil(amount / options.connections) * options.connections)
process.stdout.write(JSON.stringify({ ...measured, sent: warmUp.sent + measured.sent, ok: warmUp.ok + measured.ok }))

/** A fixed number of requests and not a fixed time, so that no request is cut off and what was stored can be counted. */
async function shoot({ port, method, path, connections, perSecond }, amount) {
  const texts = method === 'POST' ? signedTexts(amount) : null
  const times = []
  let startedAt = 0
  let endedAt = 0
  const cpuBefore = process.cpuUsage()
  const result = await new Promise((resolve, reject) => {
    const run = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        amount,
        ...(perSecond && { overallRate: perSecond, ignoreCoordinatedOmission: true }),
        requests: [{ method, path, ...(texts && { setupRequest: (request) => ({ ...request, ...texts.pop() }) }) }],
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
  return {
    sent: amount,
    ok: result['2xx'],
    seconds: round(seconds),
    perSecond: round(amount / seconds, 0),
    p50: round(percentile(times, 0.5)),
    p99: round(percentile(times, 0.99)),
    max: round(percentile(times, 1)),
    cpu: round((user + system) / 1e6 / seconds),
  }
}
