import { isSupportedCountry } from 'libphonenumber-js'
import * as z from 'zod'
import { templateFault } from '../rules/templates.ts'
import { parseSender } from './senders.ts'

/** The kinds of value a behaviour file holds. Their messages continue a sentence that begins with the key's path. */

/** A text for people, written as a Liquid template. Its syntax and filters are checked, its variables are not. */
export const template = z.string().superRefine((text, context) => {
  const fault = templateFault(text)
  if (fault !== undefined) context.addIssue(`is not a Liquid template: ${fault}`)
})

export const words = z.string().trim().min(1)

const YAML_SCALAR = 'must be a text'
/** YAML reads `1` or `12345` as a number; ids, names and answers mean the digits. */
export const wordsOrDigits = z
  .union([words, z.int().nonnegative().transform(String)], { error: YAML_SCALAR })
  .describe('Text or digits')

export const country = z
  .string()
  .trim()
  .toUpperCase()
  .refine(isSupportedCountry, 'must be a two-letter country code such as US')

export const timezone = z.string().refine(isTimezone, 'must be a time zone name such as America/New_York')

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const CLOCK = '([01]\\d|2[0-3]):[0-5]\\d'

/** A time of day, HH:MM. */
export const time = z.string().regex(new RegExp(`^${CLOCK}$`), 'must be a time of day such as "09:00"')

/** HH:MM-HH:MM. An end before the start means the next day. */
export const span = z
  .string()
  .regex(new RegExp(`^${CLOCK}-(${CLOCK}|24:00)$`), 'must be two times of day such as "09:00-17:00"')
  .refine(
    (text) => text.slice(0, 5) !== text.slice(6),
    'must end at another time than it begins (all day: "00:00-24:00")',
  )

export const date = z.iso.date('must be a date such as "2026-12-25"')

/** An address of the operator's own. */
export const url = z.url({ protocol: /^https?$/, error: 'must be a full address beginning with https:// or http://' })

/** Signing key; `whsec_` and base64 as https://www.standardwebhooks.com recommends, or any text. */
export const secret = z
  .string()
  .min(1)
  .regex(/^(?!whsec_)|^whsec_[A-Za-z0-9+/]+={0,2}$/, 'begins with whsec_ and so must go on with base64')

/** One of our senders, stored as Twilio names it. */
export const sender = z
  .union([z.string(), z.int().transform(String)], { error: YAML_SCALAR })
  .transform((text, context) => {
    const parsed = parseSender(text)
    if (parsed !== undefined) return parsed
    context.addIssue('must be one of your senders, such as "+12025550111", a short code, "whatsapp:+…" or "rcs:…"')
    return z.NEVER
  })

/** A heading whose entries are all commented out is null to YAML; it means the defaults. */
export function section<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.preprocess((value) => value ?? {}, z.strictObject(shape)).prefault({})
}

/** The same for a list. */
export function list<T extends z.core.SomeType>(item: T) {
  return z.preprocess((value) => value ?? [], z.array(item)).prefault([])
}
