import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { wallClock } from '../clock.ts'
import type { Config } from '../config/types.ts'
import { stopTexts } from '../flows/consent.ts'
import { createLog } from '../log.ts'
import type { Db } from '../store/database.ts'
import { isPseudonym } from '../store/erased.ts'
import { allOptOuts, optedInSince, type ShownOptOut } from '../store/opt-outs.ts'
import { read, write } from './files.ts'
import { type ListedOptOut, OPT_OUT_COLUMNS, type OptOutRow, readOptOut, safeInSpreadsheet } from './opt-out-list.ts'
import { beside, type Verb } from './verb.ts'

/** So that a running bridge gets its turn between them. */
const ROWS_AT_ONCE = 100
const FAULTS_SHOWN = 20

export const optOutsVerb: Verb = async ({ config }) => {
  const data = await beside(config, allOptOuts)
  return { data, text: data.map(optOutLine).join('\n') || 'Nobody has opted out.' }
}

/** To the file, or without one to standard output. */
export const exportOptOutsVerb: Verb = async ({ config, args: [file] }) => {
  const all = await beside(config, allOptOuts)
  // Whoever is erased is known by a pseudonym, which means nothing elsewhere.
  const data = all.filter(({ phone }) => !isPseudonym(phone))
  const rows = data.map((one) => ({ ...one, reason: safeInSpreadsheet(one.reason), created_at: one.createdAt }))
  const csv = stringify(rows, { header: true, columns: [...OPT_OUT_COLUMNS] })
  if (file === undefined) return { data, text: csv.trimEnd() }
  await write(file, csv)
  const left = all.length - data.length
  const erased = left > 0 ? ` Not in it: ${left} of people who are erased, which count here only.` : ''
  return { data: { file, optOuts: data.length, erased: left }, text: `${file} holds ${count(data.length)}.${erased}` }
}

/**
 * Everybody in the file has opted out from now on. Nothing is imported while any row has a fault. Repeating it, also after
 * it was cut off, adds nobody twice, and nobody who has opted in since the time that the file gives.
 */
export const importOptOutsVerb: Verb = async ({ config, args: [file = ''], progress }) => {
  const listed = readList(await read(file), config)
  const added = await progress('Importing', (report) => beside(config, (db) => importAll(db, config, listed, report)))
  const known = listed.length - added
  return { data: { added, known }, text: `Added: ${added}. Known already, or opted in since: ${known}.` }
}

function readList(csv: string, config: Config): ListedOptOut[] {
  const now = wallClock()
  const { defaultCountry } = config
  const faults: string[] = []
  const listed: ListedOptOut[] = []
  for (const { record, info } of parseCsv(csv)) {
    const read = readOptOut(record, { defaultCountry, now })
    if ('fault' in read) faults.push(`line ${info.lines}: ${read.fault}`)
    else listed.push(read)
  }
  if (faults.length === 0) return listed
  const more = faults.length > FAULTS_SHOWN ? [`and ${faults.length - FAULTS_SHOWN} more`] : []
  throw new Error(['Nothing was imported.', ...faults.slice(0, FAULTS_SHOWN), ...more].join('\n'))
}

/** RFC 4180, with or without a byte order mark. The first line names the columns. */
function parseCsv(csv: string): { record: OptOutRow; info: { lines: number } }[] {
  try {
    return parse(csv, { bom: true, info: true, skip_empty_lines: true, columns: checkedColumns })
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`Nothing was imported. The file is not CSV: ${error.message}`)
    throw error
  }
}

function checkedColumns(header: string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase())
  const known: readonly string[] = OPT_OUT_COLUMNS
  const unknown = names.find((name) => !known.includes(name))
  if (names.includes('phone') && unknown === undefined) return names
  const fault = unknown === undefined ? 'there is no column phone' : `"${unknown}" is not a column`
  throw new Error(`Nothing was imported. line 1: ${fault}; columns are ${known.join(', ')}`)
}

async function importAll(
  db: Db,
  config: Config,
  listed: ListedOptOut[],
  report: (share: number) => void,
): Promise<number> {
  const keeper = { config, now: wallClock, log: createLog({ level: 'silent', pii: false }) }
  let added = 0
  for (let from = 0; from < listed.length; from += ROWS_AT_ONCE) {
    report(from / listed.length)
    added += await db.transaction().execute(async (tx) => {
      let more = 0
      for (const { customer, number, reason, at } of listed.slice(from, from + ROWS_AT_ONCE)) {
        if (at !== undefined && (await optedInSince(tx, customer, number, at))) continue
        const how = { source: 'import', actor: 'cli' as const, reason, ...(at === undefined ? {} : { at }) }
        if (await stopTexts(keeper, tx, { customer, number }, how)) more++
      }
      return more
    })
  }
  return added
}

const count = (n: number) => (n === 1 ? '1 opt-out' : `${n} opt-outs`)

function optOutLine({ id, phone, from, source, createdAt, reason }: ShownOptOut): string {
  return `${id.padStart(6)}  ${createdAt}  ${phone}  from ${from ?? 'all numbers'}  ${source}  ${reason}`.trimEnd()
}
