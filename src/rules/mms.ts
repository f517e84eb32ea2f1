import { addressKind, countryOf, phoneOf } from './phone.ts'

/** MMS exists to and from these only: https://www.twilio.com/docs/messaging/guides/accepted-mime-types */
const MMS_COUNTRIES = new Set(['US', 'CA', 'AU'])
const MAX_FILES = 10
const MB = 1024 * 1024
const MAX_MMS = 5 * MB
/** WhatsApp and RCS. */
const MAX_CHANNEL = 16 * MB
/** Twilio shrinks these for the carrier; everything else reaches it as it is, and carriers drop more than this. */
const RESIZED = new Set(['image/jpeg', 'image/jpg', 'image/png', 'image/gif'])
const MAX_NOT_RESIZED = 500 * 1024
const ACCEPTED =
  /^(?:image\/(?:bmp|tiff|heic|heif)|audio\/.+|video\/.+|text\/(?:vcard|x-vcard|csv|rtf|richtext|calendar|directory)|application\/(?:pdf|vcard|vnd\.apple\.pkpass))$/

export interface MediaFile {
  contentType: string
  /** Bytes. */
  size: number
}

/**
 * Whether the files can travel with the text itself rather than as links. Without `from` (a Messaging Service picks the
 * sender) the customer's side alone decides.
 */
export function mmsPossible(message: { from?: string; to: string; files: MediaFile[] }): boolean {
  const { from, to, files } = message
  const total = files.reduce((sum, file) => sum + file.size, 0)
  if (files.length > MAX_FILES) return false
  const kind = addressKind(to)
  if (kind === 'whatsapp' || kind === 'rcs') return total <= MAX_CHANNEL
  return total <= MAX_MMS && files.every(isAccepted) && speaksMms(to) && (from === undefined || speaksMms(from))
}

function isAccepted({ contentType, size }: MediaFile): boolean {
  const type = contentType.split(';', 1).join('').trim().toLowerCase()
  return RESIZED.has(type) || (ACCEPTED.test(type) && size <= MAX_NOT_RESIZED)
}

function speaksMms(address: string): boolean {
  if (addressKind(address) === 'shortcode') return true
  const country = countryOf(address)
  if (country !== undefined) return MMS_COUNTRIES.has(country)
  // A +1 number the library cannot place; the Caribbean ones it can.
  return phoneOf(address)?.startsWith('+1') ?? false
}
