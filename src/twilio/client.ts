import { VendorError } from '../errors.ts'
import type { ListedSms, OutgoingSms, SentSms, Twilio } from '../flows/ports.ts'
import { explainTwilioCode } from './errors.ts'
import { unreadable } from './failures.ts'
import { fetchMedia } from './media.ts'
import { loadTwilioSdk, type SdkConfig, type SdkOptions, type TwilioSdk } from './sdk.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const PAGE_SIZE = 200

/**
 * Twilio's Messages as the flows need them. Nothing is repeated here: the lanes decide what a failure means.
 *
 * https://www.twilio.com/docs/messaging/api/message-resource
 */
export function createTwilio(config: SdkConfig, options: SdkOptions = {}): Twilio {
  let loading: Promise<TwilioSdk> | undefined
  const sdk = () => {
    loading ??= loadTwilioSdk(config, options)
    return loading
  }
  return {
    send: async (sms) => send(await sdk(), sms, config.twilio.messagingServiceSid),
    list: async (filter) => list(await sdk(), filter),
    fetch: async (sid) => fetchOne(await sdk(), sid),
    listMedia: async (sid) => listMedia(await sdk(), sid),
    redact: async (sid) => redact(await sdk(), sid),
    explain: explainTwilioCode,
    fetchMedia: (url) => fetchMedia(config, url),
  }
}

async function send(sdk: TwilioSdk, sms: OutgoingSms, service: string | undefined): Promise<SentSms> {
  const message = await sdk.messages.create({
    to: sms.to,
    ...(sms.from === undefined ? service !== undefined && { messagingServiceSid: service } : { from: sms.from }),
    ...(sms.body !== '' && { body: sms.body }),
    ...(sms.mediaUrls.length > 0 && { mediaUrl: sms.mediaUrls }),
    statusCallback: sms.statusCallback,
  })
  // Without a SID there is no proof that it was accepted: 2xx may be a proxy's own page.
  if (!/^(SM|MM)[0-9a-f]{32}$/i.test(message.sid)) throw unreadable(201)
  return sentSms(message)
}

async function list(sdk: TwilioSdk, filter: { to?: string; from?: string; since: number }): Promise<ListedSms[]> {
  const { since, ...addresses } = filter
  // The filter is documented by the day only; Twilio's times have whole seconds.
  const dateSentAfter = new Date(since - DAY_MS)
  const earliest = Math.floor(since / 1000) * 1000
  const listed: ListedSms[] = []
  try {
    // Page by page, since the SDK's own objects are far larger than what is kept of them.
    let page: Pick<MessagePage, 'instances' | 'nextPage'> | undefined = await sdk.messages.page({
      ...addresses,
      dateSentAfter,
      pageSize: PAGE_SIZE,
    })
    for (; page; page = await page.nextPage()) listed.push(...page.instances.map(listedSms))
  } catch (err) {
    // The SDK stumbles over a page without a list of messages.
    throw err instanceof VendorError ? err : unreadable(200)
  }
  return listed.filter((sms) => (sms.sentAt ?? sms.createdAt) >= earliest)
}

type MessagePage = Awaited<ReturnType<TwilioSdk['messages']['page']>>

async function fetchOne(sdk: TwilioSdk, sid: string): Promise<ListedSms | null> {
  try {
    return listedSms(await sdk.messages(sid).fetch())
  } catch (err) {
    if (err instanceof VendorError && err.status === 404) return null
    throw err
  }
}

async function listMedia(sdk: TwilioSdk, sid: string): Promise<{ url: string; contentType: string }[]> {
  const media = await sdk.messages(sid).media.list()
  // The form in which the webhook gives it.
  return media.map(({ uri, contentType }) => ({
    url: `https://api.twilio.com${uri.replace(/\.json$/, '')}`,
    contentType,
  }))
}

/** The message is not final yet: https://www.twilio.com/docs/api/errors/20009 */
const NOT_YET = '20009'

async function redact(sdk: TwilioSdk, sid: string): Promise<void> {
  const message = sdk.messages(sid)
  try {
    for (const media of await message.media.list()) await unlessGone(message.media(media.sid).remove())
    await message.update({ body: '' })
  } catch (err) {
    if (!(err instanceof VendorError)) throw err
    if (err.status === 404) return
    if (err.code !== NOT_YET) throw err
    throw new VendorError(err.message, { vendor: 'twilio', code: NOT_YET, permanent: false, certain: true })
  }
}

async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal
  } catch (err) {
    if (!(err instanceof VendorError && err.status === 404)) throw err
  }
}

type Message = Awaited<ReturnType<TwilioSdk['messages']['create']>>

function sentSms({ sid, status, numSegments }: Message): SentSms {
  // "0" until a Messaging Service has chosen the sender.
  return { sid, status, segments: Number(numSegments) || null }
}

function listedSms(message: Message): ListedSms {
  const sentAt = milliseconds(message.dateSent)
  return {
    ...sentSms(message),
    direction: message.direction,
    from: message.from,
    to: message.to,
    body: message.body ?? '',
    mediaCount: Number(message.numMedia) || 0,
    serviceSid: message.messagingServiceSid ?? null,
    errorCode: message.errorCode ?? null,
    price: message.price ?? null,
    priceUnit: message.priceUnit ?? '',
    createdAt: milliseconds(message.dateCreated) ?? sentAt ?? 0,
    sentAt,
  }
}

/** The SDK hands over what it cannot read as a date as it came. */
function milliseconds(date: unknown): number | null {
  return date instanceof Date ? date.getTime() : null
}
