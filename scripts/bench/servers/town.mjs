// Twilio, Intercom and the people behind them: node town.mjs '{ "intercomDelayMs"?, "callsPer10s"? }'
// How long Intercom takes to answer, and how many calls it allows (default: as the real one). What they do is in errands/:
// a message `{ <errand>: <options> }` is answered with what came of it, `{ bridgePort }` says where the bridge is.
import { startIntercom } from '../../../dist/sandbox/intercom-server.js'
import { startTwilio } from '../../../dist/sandbox/twilio-server.js'
import { burst } from '../errands/burst.mjs'
import { crowd, twice, verdict } from '../errands/crowd.mjs'
import { calls } from '../errands/inbox.mjs'
import { live } from '../errands/live.mjs'
import { people } from '../errands/people.mjs'
import { rush } from '../errands/rush.mjs'
import { stroll } from '../errands/stroll.mjs'
import { walk } from '../errands/walk.mjs'
import { settings } from '../settings.mjs'

const ERRANDS = { burst, calls, crowd, live, people, rush, stroll, twice, verdict, walk }

const { intercomDelayMs = 0, callsPer10s } = JSON.parse(process.argv[2] ?? '{}')
const twilio = await startTwilio({
  accountSid: settings.TWILIO_ACCOUNT_SID,
  authToken: settings.TWILIO_AUTH_TOKEN,
  numbers: [settings.TWILIO_PHONE_NUMBERS],
})
const intercom = await startIntercom({
  accessToken: settings.INTERCOM_ACCESS_TOKEN,
  clientSecret: settings.INTERCOM_CLIENT_SECRET,
  appId: 'bench',
  admins: [{ id: '100', name: 'Sam Support' }],
  ...(callsPer10s && { rateLimitPer10s: callsPer10s }),
})
if (intercomDelayMs > 0) {
  intercom.faults.add({ times: Number.POSITIVE_INFINITY, act: true, delayMs: intercomDelayMs, answer: 'real' })
}

process.on('message', async ({ bridgePort, ...errand }) => {
  if (bridgePort) return connect(bridgePort)
  const [[name, options]] = Object.entries(errand)
  try {
    process.send(await ERRANDS[name]({ twilio, intercom }, options))
  } catch (error) {
    process.send({ fault: `${name}: ${error.stack}` })
  }
})
process.on('disconnect', () => process.exit(0))
process.stdout.write(`${JSON.stringify({ msg: 'listening', twilioUrl: twilio.url, intercomUrl: intercom.url })}\n`)

function connect(port) {
  for (const shore of [twilio, intercom]) {
    shore.bridgeUrl = settings.PUBLIC_URL
    shore.connectUrl = `http://127.0.0.1:${port}`
  }
}
