import { createHmac } from 'node:crypto'
import type { Config } from '../config/types.ts'
import { fetchFailure } from '../fetch-failure.ts'
import { bareUrl, type Finding, fail, ok, warn } from './check.ts'
import { webhookOf } from './webhooks.ts'

const NAME = 'public-url'
const TIMEOUT_MS = 10_000

/** What Intercom sends to see that somebody is there: signed as everything is, and never kept. */
const PING = JSON.stringify({ type: 'notification_event', topic: 'ping', id: null, data: { item: {} } })

/** Whether the outside world reaches this very bridge at PUBLIC_URL. */
export async function publicUrlChecks({ publicUrl, intercom }: Config): Promise<Finding[]> {
  return [
    httpsCheck(publicUrl),
    await answerCheck(publicUrl, webhookOf({ publicUrl }), intercom.clientSecrets[0] ?? ''),
  ]
}

function httpsCheck(publicUrl: string): Finding {
  const name = `${NAME}.https`
  if (publicUrl.startsWith('https://')) return ok(name, 'PUBLIC_URL is an https address.')
  const message = `PUBLIC_URL is ${publicUrl}, which only this machine can reach: neither Twilio nor Intercom can.`
  return warn(name, message, 'For real texts, set PUBLIC_URL to the https address of your proxy or tunnel.')
}

async function answerCheck(publicUrl: string, webhook: string, secret: string): Promise<Finding> {
  const seen = await ask(webhook, { method: 'GET', headers: {} })
  if (typeof seen === 'string') return unreachable(publicUrl, seen)
  if (seen.status >= 300 && seen.status < 400) {
    const to = bareUrl(new URL(seen.headers.get('location') ?? '', webhook).href)
    const message = `PUBLIC_URL redirects to ${to}; neither Twilio nor Intercom follows.`
    return fail(NAME, message, 'Set PUBLIC_URL to the address that answers by itself.')
  }
  if (seen.status >= 502 && seen.status <= 504) {
    const message = `A proxy answers at PUBLIC_URL, but the bridge behind it does not (HTTP ${seen.status}).`
    return fail(NAME, message, 'Start the bridge (`npm start`), and compare HOST and PORT with what the proxy calls.')
  }
  // Ours refuses any method but POST there, and says so.
  if (seen.status !== 405 || !/\bPOST\b/.test(seen.headers.get('allow') ?? '')) return somebodyElse(publicUrl, seen)
  return pingCheck(publicUrl, secret)
}

async function pingCheck(publicUrl: string, secret: string): Promise<Finding> {
  const signature = `sha1=${createHmac('sha1', secret).update(PING).digest('hex')}`
  const headers = { 'content-type': 'application/json', 'x-hub-signature': signature }
  const answer = await ask(`${publicUrl}/webhooks/intercom`, { method: 'POST', headers, body: PING })
  if (typeof answer === 'string') return unreachable(publicUrl, answer)
  if (answer.status === 200) return ok(NAME, `The bridge answers at ${publicUrl}, and takes what Intercom signs.`)
  if (answer.status !== 401) return somebodyElse(publicUrl, answer)
  const message = 'The bridge that answers at PUBLIC_URL has another INTERCOM_CLIENT_SECRET than the one given here.'
  return fail(NAME, message, 'Restart the bridge with the present settings, or point PUBLIC_URL at the right one.')
}

function somebodyElse(publicUrl: string, { status }: Response): Finding {
  const message = `Somebody else than the bridge answers at ${publicUrl} (HTTP ${status} where the bridge takes webhooks).`
  const fix =
    'Correct PUBLIC_URL, or the rules of the proxy: it has to pass everything under PUBLIC_URL on, path and all, without a login page.'
  return fail(NAME, message, fix)
}

function unreachable(publicUrl: string, code: string): Finding {
  const message = `Nobody answers at ${publicUrl} (${code}), as seen from this machine.`
  const certificate = /CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED/.test(code)
  const fix = certificate
    ? 'Mend the certificate: Twilio and Intercom take none that is expired, self-signed or for another name.'
    : 'Start the bridge (`npm start`); then check the name in the DNS, the proxy or tunnel and the firewall. Where this machine cannot reach its own public address, try it from another.'
  return fail(NAME, message, fix)
}

/** The answer, redirects not followed; or why there was none. */
async function ask(
  url: string,
  { headers, ...init }: { method: string; headers: Record<string, string>; body?: string },
): Promise<Response | string> {
  try {
    const response = await fetch(url, {
      ...init,
      // A connection kept from an earlier look says nothing about who is there now.
      headers: { ...headers, connection: 'close' },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    return response
  } catch (error) {
    return fetchFailure(error) ?? 'no answer'
  }
}
