import type { Config } from '../config/types.ts'
import { DownloadError, download } from '../download.ts'
import { VendorError } from '../errors.ts'
import type { File } from '../flows/ports.ts'

const MAX_BYTES = 25 * 1024 * 1024

/**
 * Where Intercom keeps what agents upload; the addresses expire after minutes.
 * https://www.intercom.com/help/en/articles/2339426-control-how-attachments-are-uploaded-and-used
 */
const UPLOAD_HOST =
  /(?:^|\.)(?:intercomcdn\.(?:com|eu|au)|intercomusercontent\.com|intercomassets\.com|intercom-attachments-[1-9]\.com)$/

/**
 * Downloads an agent's attachment: at most 25 MB, only from Intercom's own upload hosts, or from the host of
 * INTERCOM_API_URL when that is another one. The access token is never sent along.
 *
 * @throws {VendorError} always `certain`: a download changes nothing.
 */
export async function fetchAttachment(config: Config, url: string): Promise<File> {
  const ownHost = config.intercom.customApiUrl ? new URL(config.intercom.apiUrl).hostname : undefined
  try {
    const file = await download({
      url,
      allow: (hop) => hop.hostname === ownHost || (hop.protocol === 'https:' && isUploadHost(hop)),
      headersFor: () => ({}),
      trustedHosts: ownHost === undefined ? [] : [ownHost],
      maxBytes: MAX_BYTES,
      timeoutMs: config.behaviour.timing.requestTimeoutSeconds * 1000,
      maxRedirects: 3,
    })
    return { name: file.name ?? nameFrom(url), contentType: file.contentType, data: file.data }
  } catch (error) {
    throw error instanceof DownloadError ? asVendorError(error) : error
  }
}

function isUploadHost(url: URL): boolean {
  return url.port === '' && UPLOAD_HOST.test(url.hostname)
}

/** For showing only: the last part of the path, without the query, which holds the signature of the address. */
function nameFrom(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  return /^[\w.-]{1,100}$/.test(last) ? last : 'attachment'
}

function asVendorError(error: DownloadError): VendorError {
  const gone = error.fault === 'status' && error.status !== undefined && error.status >= 400 && error.status < 500
  const code = error.status === undefined ? (error.code ?? error.fault) : String(error.status)
  return new VendorError(`The attachment could not be fetched from Intercom. ${error.message}`, {
    vendor: 'intercom',
    code,
    ...(error.status === undefined ? {} : { status: error.status }),
    permanent: error.fault === 'refused' || error.fault === 'too_large' || (gone && error.status !== 429),
    certain: true,
    cause: error,
  })
}
