import type { Request, Response } from 'express'
import { z } from 'zod'

/** Lists are paged by the id of the last item. */
export const PAGE = { cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }

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

export function idOf(req: Request): number {
  return numeric(String(req.params.id)) ?? 0
}

export function numeric(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
