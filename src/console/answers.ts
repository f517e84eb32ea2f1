import type { Response } from 'express'
import { z } from 'zod'
import type { Config } from '../config/types.ts'
import type { Requested } from '../flows/request-message.ts'
import { normalizeAddress } from '../rules/phone.ts'
import { REFUSALS, type RefusalCode } from './refusals.ts'

/** Of a page of any list. */
export const MOST_ROWS = 200

const limit = z.coerce.number().int().min(1).max(MOST_ROWS).default(50).describe('How many at most.')

/** A page of a list, by the id of its last item. */
export const PAGE = { cursor: cursor(/^\d{1,15}$/).transform(numeric), limit }

/** A page of a list of what belongs to customers. */
export const PAGE_BY_PHONE = {
  ...PAGE,
  phone: z.string().optional().describe('Only what belongs to this customer; the number as people write it.'),
}

/** A cursor that was never given out is refused: taken for none, it would begin the list anew without end. */
export function cursor(form: RegExp) {
  return z
    .string()
    .regex(form, 'is not the "next" of a page of this list')
    .optional()
    .describe('The "next" of the page before.')
}

/** The address that a number, as people write it, is kept under; undefined for none. */
export function addressOf<T extends string | undefined>({ defaultCountry }: Config, raw: T): T | string {
  return raw ? normalizeAddress(raw, defaultCountry) : raw
}

/** Null when it was refused already. */
export function parse<T>(schema: z.ZodType<T>, input: unknown, res: Response): T | null {
  const read = schema.safeParse(input)
  if (read.success) return read.data
  const [issue] = read.error.issues
  refuse(res, 'bad_request', `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'is not understood'}`)
  return null
}

/** @param message default: what the code means */
export function refuse(res: Response, code: RefusalCode, message: string = REFUSALS[code].means): void {
  res.status(REFUSALS[code].status).json({ error: { code, message } })
}

/** The answer to a text that was asked for and is not made. */
export function refuseRequest(res: Response, { refused, message }: Extract<Requested, { refused: string }>): void {
  refuse(res, refused, message)
}

/** The number in an id; one that none has for what is no number. */
export function rowOf(id: string | undefined): number {
  return numeric(id) ?? 0
}

function numeric(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
