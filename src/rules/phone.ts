import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min'

export type AddressKind = 'phone' | 'shortcode' | 'alphanumeric' | 'whatsapp' | 'rcs'
export type Channel = 'sms' | 'mms' | 'whatsapp' | 'rcs'

const E164 = /^\+[1-9]\d{3,14}$/
const SHORT_CODE = /^\d{3,8}$/
const CHANNEL_PREFIX = /^[a-z]+:/i
/** Pasted numbers carry invisible direction marks. */
const INVISIBLE = /\p{Cf}/gu
/** A `+` that a form decoder took for a space; never a short code, which has at most eight digits. */
const LOST_PLUS = /^(whatsapp:)? (?=\d{9,15}$)/

/**
 * The address a thread is keyed on. E.164 for phone numbers; what Twilio sends is taken as it is, whatever the phone
 * library thinks of it. Short codes, alphanumeric senders and `whatsapp:` / `rcs:` addresses are only trimmed: WhatsApp
 * may give a user id instead of a number. What cannot be read as a number at all comes back trimmed, and
 * {@link canReplyTo} says false to it.
 */
export function normalizeAddress(raw: string, defaultCountry: string): string {
  const address = raw.replace(INVISIBLE, '').replace(LOST_PLUS, '$1+').trim()
  if (E164.test(address) || SHORT_CODE.test(address) || CHANNEL_PREFIX.test(address) || /\p{L}/u.test(address)) {
    return address
  }
  const international = address.replace(/^00(?=\d)/, '+')
  return international.startsWith('+') ? readInternational(international) : readNational(address, defaultCountry)
}

function readInternational(number: string): string {
  const parsed = parsePhoneNumberFromString(number)
  // Only the library knows that the (0) of "+44 (0)20 7946 0123" is not dialled.
  if (parsed?.isValid()) return parsed.number
  const digits = number.replace(/\D/g, '')
  return digits === '' ? number : `+${digits}`
}

function readNational(number: string, defaultCountry: string): string {
  const national = parsePhoneNumberFromString(number, parserOptions(defaultCountry))
  const international = parsePhoneNumberFromString(`+${number}`)
  // Digits that begin with the country's own code are more likely a number without its + than a national one.
  const ownCode = international?.countryCallingCode === national?.countryCallingCode
  const readings = ownCode ? [international, national] : [national, international]
  const valid = readings.find((reading) => reading?.isValid())
  return valid?.number ?? (national?.isPossible() ? national.number : number)
}

export function addressKind(address: string): AddressKind {
  if (address.startsWith('whatsapp:')) return 'whatsapp'
  if (address.startsWith('rcs:')) return 'rcs'
  if (E164.test(address)) return 'phone'
  return SHORT_CODE.test(address) ? 'shortcode' : 'alphanumeric'
}

/** E.164 of a phone number or of a `whatsapp:+…` address; null for everything else. */
export function phoneOf(address: string): string | null {
  const number = address.replace(/^whatsapp:/, '')
  return E164.test(number) ? number : null
}

export function channelOf(address: string, mediaCount: number): Channel {
  const kind = addressKind(address)
  if (kind === 'whatsapp' || kind === 'rcs') return kind
  return mediaCount > 0 ? 'mms' : 'sms'
}

/** False for alphanumeric senders and for anything that cannot be dialled. */
export function canReplyTo(address: string): boolean {
  return addressKind(address) !== 'alphanumeric'
}

/**
 * ISO 3166-1 alpha-2 country of a phone or `whatsapp:+…` address; undefined when the library cannot tell, as for +1 555.
 */
export function countryOf(address: string): string | undefined {
  return parsePhoneNumberFromString(phoneOf(address) ?? '')?.country
}

/**
 * Whether a text may go there. An empty list allows every country; what has none, such as a short code, is allowed, and a
 * number whose country the library cannot tell is where its calling code is that of an allowed country.
 * @param allowed ISO 3166-1 alpha-2
 */
export function isAllowedCountry(address: string, allowed: readonly string[]): boolean {
  const parsed = parsePhoneNumberFromString(phoneOf(address) ?? '')
  if (allowed.length === 0 || !parsed) return true
  if (parsed.country) return allowed.includes(parsed.country)
  return allowed.some(
    (country) => isSupportedCountry(country) && getCountryCallingCode(country) === parsed.countryCallingCode,
  )
}

/**
 * The spellings under which Intercom may hold this number in `phone` or `formatted_phone`: it stores what was typed, and
 * its search is exact. At most seven, because two fields times seven fit the 15 filters of one group. Every one of them
 * is the {@link samePhone}; never a suffix, which finds other people.
 *
 * https://www.intercom.com/help/en/articles/6311200-customer-phone-numbers
 */
export function phoneSearchVariants(e164: string, defaultCountry: string): string[] {
  const digits = e164.slice(1)
  const variants = [e164, `00${digits}`, digits]
  const parsed = parsePhoneNumberFromString(e164)
  if (parsed) variants.push(parsed.formatInternational(), ...localVariants(parsed, defaultCountry))
  return [...new Set(variants)].filter((variant) => samePhone(variant, e164, defaultCountry)).slice(0, 7)
}

function localVariants(parsed: PhoneNumber, defaultCountry: string): string[] {
  // A number without country code is read as one of the default country, so only there it can mean this number.
  if (!isSupportedCountry(defaultCountry)) return []
  if (parsed.countryCallingCode !== getCountryCallingCode(defaultCountry)) return []
  const national = parsed.formatNational()
  const variants = [national, parsed.nationalNumber, national.replace(/\D/g, '')]
  // Google's own spelling of +1 numbers, which Intercom's phone field uses: "+1 202-555-0123".
  if (parsed.countryCallingCode === '1') variants.push(`+1 ${national.replace(/^\((\d+)\) /, '$1-')}`)
  return variants
}

/** Whether a contact's stored phone is this number: equal after normalisation. Empty and missing are never equal. */
export function samePhone(stored: string | null, e164: string, defaultCountry: string): boolean {
  return stored !== null && stored !== '' && normalizeAddress(stored, defaultCountry) === e164
}

/** Whether a contact's stored phone has the digits of this number, for numbers that the phone library does not know. */
export function sameDigits(stored: string | null, e164: string): boolean {
  return stored !== null && stored.replace(/\D/g, '') === e164.slice(1)
}

/** For logs: `+1202•••0123`; other addresses keep their channel and first characters only. */
export function maskPhone(address: string): string {
  const channel = CHANNEL_PREFIX.exec(address)?.[0] ?? ''
  const id = address.slice(channel.length)
  const shown = /^\+\d{11,}$/.test(id) ? `${id.slice(0, 5)}•••${id.slice(-4)}` : `${id.slice(0, 3)}•••`
  return channel + shown
}

/** For notes: `+1 202 555 0123`; what is not a phone number comes back unchanged. */
export function formatForPeople(address: string): string {
  return parsePhoneNumberFromString(phoneOf(address) ?? '')?.formatInternational() ?? address
}

function parserOptions(defaultCountry: string): { defaultCountry?: CountryCode } {
  return isSupportedCountry(defaultCountry) ? { defaultCountry } : {}
}
