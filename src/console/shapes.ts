import { z } from 'zod'

export const TIME = z.iso.datetime()

/** Newest first, page by page. */
export function list(item: z.ZodType) {
  return z.object({
    data: z.array(item),
    next: z.string().nullable().describe('The "cursor" of the next page; null on the last one.'),
  })
}
