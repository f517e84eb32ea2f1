import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Config } from '../config/types.ts'
import type { Requested } from '../flows/request-message.ts'
import { normalizeAddress } from '../rules/phone.ts'

const limit = z.coerce.number().int().min(1).max(200).default(50)

/** A page of a list, by the id of its last item. */
export const PAGE = { cursor: cursor(/^\d{1,15}$/).transform(numeric), limit }

/** A page of a list of what belongs to customers: `phone`, as people write it, becomes the address it is kept under. */
export function pageByPhone({ defaultCountry }: Config) {
  const address = (raw: string | undefined) => (raw ? normalizeAddress(raw, defaultCountry) : undefined)
  return z.object({ ...PAGE, phone: z.string().optional().transform(address) })
}

/** A cursor that was never given out is refused: taken for none, it would begin the list anew without end. */
export function cursor(form: RegExp) {
  return z.string().regex(form, 'is not the "next" of a page of this list').optional()
}

/** Null when it was refused already. */
export function parse<T>(schema: z.ZodType<T>, input: unknown, res: Response): T | null {
  const read = schema.safeParse(input)
  if (read.success) return read.data
  const [issue] = read.error.issues
  refuse(res, 400, 'bad_request', `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'is not understood'}`)
  return null
}

/** 404 for what is not there. */
export function found(res: Response, thing: object | null): void {
  if (thing) res.json(thing)
  else refuse(res, 404, 'not_found', 'There is no such thing.')
}

export function refuse(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ error: { code, message } })
}

/** The answer to a text that was asked for and is not made. */
export function refuseRequest(res: Response, { refused, message }: Extract<Requested, { refused: string }>): void {
  refuse(res, refused === 'opted_out' ? 409 : 422, refused, message)
}

export function idOf(req: Request): number {
  return numeric(String(req.params.id)) ?? 0
}

export function numeric(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
