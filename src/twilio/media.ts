import { DownloadError, type Downloaded, download } from '../download.ts'
import type { VendorError } from '../errors.ts'
import type { File } from '../flows/ports.ts'
import { failure } from './failures.ts'
import { type SdkConfig, twilioAddress, twilioCredentials } from './sdk.ts'

const MAX_BYTES = 20 * 1024 * 1024
const MAX_REDIRECTS = 3

/** https on Twilio's own hosts: the API, which redirects to a short-lived address at the CDN. */
const TWILIO_API_HOST = /^([a-z0-9-]+\.)*twilio\.com$/
const TWILIO_CDN_HOST = /^([a-z0-9-]+\.)*twiliocdn\.com$/

/**
 * GETs a media URL of a received message, up to 20 MB. Our credentials go to Twilio's API (or TWILIO_API_URL) and to paths
 * of our account only; a redirect to the CDN carries none.
 *
 * @throws {VendorError}
 * https://www.twilio.com/docs/messaging/api/media-resource
 */
export async function fetchMedia(config: SdkConfig, mediaUrl: string): Promise<File> {
  const { twilio, behaviour } = config
  const standIn = twilio.apiUrl === undefined ? undefined : new URL(twilio.apiUrl)
  const [user, password] = twilioCredentials(twilio)
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const ours = `/Accounts/${twilio.accountSid}/`
  const isApi = (url: URL) =>
    standIn
      ? url.origin === standIn.origin
      : url.protocol === 'https:' && TWILIO_API_HOST.test(url.hostname) && !url.port
  try {
    const file = await download({
      url: atTwilio(mediaUrl, twilio.apiUrl),
      allow: (url) => url.hostname === standIn?.hostname || isTwilios(url),
      headersFor: (url) => (isApi(url) && url.pathname.includes(ours) ? { authorization } : {}),
      trustedHosts: standIn ? [standIn.hostname] : [],
      maxBytes: MAX_BYTES,
      timeoutMs: Math.round(3000 * behaviour.timing.requestTimeoutSeconds),
      maxRedirects: MAX_REDIRECTS,
    })
    return { name: nameOf(file, mediaUrl), contentType: file.contentType, data: file.data }
  } catch (err) {
    throw err instanceof DownloadError ? mediaFailure(err) : err
  }
}

function isTwilios({ protocol, hostname, port }: URL): boolean {
  return protocol === 'https:' && port === '' && (TWILIO_API_HOST.test(hostname) || TWILIO_CDN_HOST.test(hostname))
}

/** TWILIO_API_URL stands for the API's hosts; every other address is left as it is, to be judged by the download. */
function atTwilio(mediaUrl: string, apiUrl: string | undefined): string {
  if (!URL.canParse(mediaUrl)) return mediaUrl
  const url = new URL(mediaUrl)
  const plain = url.username === '' && url.password === ''
  return plain && isTwilios(url) && TWILIO_API_HOST.test(url.hostname) ? twilioAddress(mediaUrl, apiUrl) : mediaUrl
}

/** Reading twice does no harm, so every failure is certain; the question is only whether another try can help. */
function mediaFailure({ fault, status, code }: DownloadError): VendorError {
  switch (fault) {
    case 'refused':
      return final('The file is not at an address of Twilio, so it was not fetched.', 'media_refused')
    case 'too_large':
      return final('The file is larger than 20 MB, so it was not fetched.', 'media_too_large')
    case 'timeout':
      return passing('The file could not be fetched from Twilio in time.', 'timeout')
    case 'network':
      return passing(`The file could not be fetched from Twilio (${code}).`, code ?? 'network')
    case 'status':
      return refusedByTwilio(status ?? 0)
  }
}

function refusedByTwilio(status: number): VendorError {
  if (status === 401 || status === 403) {
    const who = 'An administrator has to check the Twilio API key or Auth Token.'
    return final(`Twilio did not let the bridge fetch the file. ${who}`, String(status))
  }
  if (status === 410) return final('Twilio no longer has the file.', '410')
  // Also 404: a picture can be announced before it is there.
  return passing(`Twilio could not hand over the file (HTTP ${status}).`, String(status))
}

function final(sentence: string, code: string): VendorError {
  return failure(sentence, { code, permanent: true, certain: true })
}

function passing(sentence: string, code: string): VendorError {
  return failure(sentence, { code, permanent: false, certain: true })
}

/** Phones seldom name a picture: then its Twilio SID, with an ending an agent's computer can open. */
function nameOf({ name, contentType }: Downloaded, mediaUrl: string): string {
  if (name !== null) return name
  const sid = /\/Media\/(ME[0-9a-f]{32})/i.exec(mediaUrl)?.[1] ?? 'attachment'
  return `${sid}.${ENDINGS[contentType] ?? 'bin'}`
}

/** What phones send: https://www.twilio.com/docs/messaging/guides/accepted-mime-types */
const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'video/quicktime': 'mov',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/amr': 'amr',
  'audio/ogg': 'ogg',
  'application/pdf': 'pdf',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/plain': 'txt',
}
