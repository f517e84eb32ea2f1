import { AREA_CODES } from './area-codes.ts'
import { countryOf, phoneOf } from './phone.ts'

/** Countries that have a table of area codes. */
const BY_AREA_CODE = new Set(['US', 'CA'])

/**
 * Time zones a customer may be in, judging by country and area code; more than one where a code reaches into several. A
 * number may have moved with its owner, but nothing else is known.
 * @param business the zone under `hours`, for whom the number does not tell; then whatever zones the country has
 * @param at Unix ms: zones that show the same time then count as one
 */
export function zonesOf(address: string, business: string | undefined, at: number): string[] {
  const country = countryOf(address)
  const byCode = country && BY_AREA_CODE.has(country) ? zonesOfAreaCode(address) : []
  if (byCode.length > 0) return byCode
  const ofCountry = country ? zonesOfCountry(country) : []
  const [first, ...others] = ofCountry
  if (first && others.every((zone) => clock(zone, at) === clock(first, at))) return [first]
  if (business) return [business]
  return ofCountry.length > 0 ? ofCountry : ['UTC']
}

function zonesOfAreaCode(address: string): string[] {
  const code = phoneOf(address)?.slice(2, 5) ?? ''
  return Object.entries(AREA_CODES).flatMap(([zone, codes]) => (codes.split(' ').includes(code) ? zone : []))
}

/** A property at first, a method in later versions: https://tc39.es/proposal-intl-locale-info/ */
type WithZones = Intl.Locale & { timeZones?: string[]; getTimeZones?: () => string[] | undefined }

function zonesOfCountry(country: string): string[] {
  const locale: WithZones = new Intl.Locale(`und-${country}`)
  return locale.getTimeZones?.() ?? locale.timeZones ?? []
}

const clock = (zone: string, at: number) => new Date(at).toLocaleString('en-US', { timeZone: zone })
