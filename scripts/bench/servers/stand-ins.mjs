// Twilio and Intercom for the bridge to work against: node stand-ins.mjs <ms that Intercom takes to answer>
import { startIntercom } from '../../../dist/sandbox/intercom-server.js'
import { startTwilio } from '../../../dist/sandbox/twilio-server.js'
import { settings } from '../settings.mjs'

const delayMs = Number(process.argv[2])
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
})
if (delayMs > 0) intercom.faults.add({ times: Number.POSITIVE_INFINITY, act: true, delayMs, answer: 'real' })

process.on('message', ({ bridgePort }) => {
  for (const shore of [twilio, intercom]) {
    shore.bridgeUrl = settings.PUBLIC_URL
    shore.connectUrl = `http://127.0.0.1:${bridgePort}`
  }
})
process.on('disconnect', () => process.exit(0))
process.stdout.write(`${JSON.stringify({ msg: 'listening', twilioUrl: twilio.url, intercomUrl: intercom.url })}\n`)
