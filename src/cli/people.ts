import { wallClock } from '../clock.ts'
import type { Config } from '../config/types.ts'
import { createEraser } from '../flows/erase-customer.ts'
import { exportCustomer } from '../flows/export-customer.ts'
import { createLog } from '../log.ts'
import { createMediaLinks, linksUnder } from '../media-links.ts'
import { canReplyTo, normalizeAddress } from '../rules/phone.ts'
import { mediaKey } from '../store/media.ts'
import { scrub } from '../store/scrub.ts'
import { write } from './files.ts'
import { beside, doer, type Verb } from './verb.ts'

/** To the file, or without one to standard output. */
export const exportVerb: Verb = async ({ config, args: [phone = '', file], progress }) => {
  const address = normalizeAddress(phone, config.defaultCountry)
  const data = await progress('Looking', (report) =>
    beside(config, async (db) => {
      const mediaLink = linksUnder(config.publicUrl, createMediaLinks(await db.transaction().execute(mediaKey)))
      return exportCustomer({ db, now: wallClock, mediaLink, report }, address, doer())
    }),
  )
  if (data === null) throw nothingHeld(address)
  const text = JSON.stringify(data, null, 2)
  if (file === undefined) return { data, text }
  await write(file, `${text}\n`)
  return { data: { file }, text: `${file} holds everything about ${address}.` }
}

export interface EraseOptions {
  twilio?: boolean
}

/** What is on its way at that moment is erased by the bridge as soon as its outcome is known. */
export const eraseVerb: Verb<EraseOptions> = async ({ config, args: [phone = ''], options, progress }) => {
  const address = normalizeAddress(phone, config.defaultCountry)
  const atTwilio = options.twilio ?? config.behaviour.retention.redactAtTwilio
  const data = await progress('Erasing', (report) => erase(config, address, atTwilio, report))
  if (data === null) throw nothingHeld(address)
  const { erased, pending } = data
  const counts = Object.entries(erased).map(([what, count]) => `${what} ${count}`)
  const later = pending > 0 ? ` ${pending} under way; the running bridge erases them when it knows how they ended.` : ''
  return { data, text: `Erased: ${counts.join(', ')}.${later}` }
}

function erase(config: Config, address: string, atTwilio: boolean, report: (share: number) => void) {
  const log = createLog({ level: 'silent', pii: false })
  return beside(config, (db) =>
    createEraser({ db, now: wallClock, log, wake: () => {}, scrub: () => scrub(config.databaseUrl), report }).erase(
      address,
      { atTwilio, by: doer() },
    ),
  )
}

const nothingHeld = (address: string) =>
  new Error(canReplyTo(address) ? 'Nothing is held about this number.' : 'This is not a number that can be texted.')
