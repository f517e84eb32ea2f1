import type { Config } from '../config/types.ts'
import type { Letter, Notifier, Target } from '../flows/ports.ts'
import { escapeForSlack, wordsFor } from '../rules/team-words.ts'
import { signWebhook } from '../signed-webhook.ts'
import { createMailer } from './mail.ts'
import { postJson } from './post-json.ts'

/** Slack, signed webhooks and e-mail: whoever `notify` names. */
export function createNotifier(config: Config, { now }: { now: () => number }): Notifier {
  const timeoutMs = config.behaviour.timing.requestTimeoutSeconds * 1000
  const mail = createMailer(config, timeoutMs)

  /** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
  function slack(target: Target, { events }: Letter): Promise<void> {
    const body = JSON.stringify({ text: escapeForSlack(wordsFor(events).text) })
    // Its answers for a webhook that is gone, or may not do this, do not change by asking again.
    return postJson({ who: 'Slack', url: target.address, body, timeoutMs, final: [400, 403, 404, 410] })
  }

  /** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
  function webhook({ address, secret = '' }: Target, letter: Letter): Promise<void> {
    const body = JSON.stringify(payloadOf(letter))
    const headers = signWebhook({ secret, id: letter.id, timestamp: now(), body })
    return postJson({ who: 'The webhook', url: address, body, headers: { ...headers }, timeoutMs, final: [410] })
  }

  const ways = {
    slack,
    webhook,
    email: ({ address }: Target, { id, events }: Letter) => mail({ to: address, id, ...wordsFor(events) }),
  }
  return { post: (target, letter) => ways[target.kind](target, letter) }
}

/** One event as it is, several as the digest they are. */
function payloadOf({ id, at, events }: Letter): object {
  const told = events.map((event) => ({
    id: event.id,
    type: event.type,
    timestamp: new Date(event.at).toISOString(),
    data: { ...event.data, ...(event.url === null ? {} : { conversationUrl: event.url }) },
  }))
  return told.length === 1 && told[0]
    ? told[0]
    : { id, type: 'digest', timestamp: new Date(at).toISOString(), data: { events: told } }
}
