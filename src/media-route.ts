import type { IncomingMessage, ServerResponse } from 'node:http'
import { VendorError } from './errors.ts'
import type { Ctx, MediaRef } from './flows/context.ts'
import type { MediaLinks } from './media-links.ts'
import type { Db } from './store/database.ts'
import { readKeptFile } from './store/media.ts'
import { messageMedia } from './store/messages.ts'

interface Served {
  name: string
  contentType: string
  data: Buffer
}

/**
 * GET /media/:token: an agent's attachment for Twilio to fetch, or a customer's file behind Twilio's own login. Everything
 * but a good link is 404, so that nothing can be learnt by trying.
 */
export function mediaRoute(o: { db: Db; ctx: Ctx; links: MediaLinks }) {
  return async (req: IncomingMessage & { params?: Record<string, string> }, res: ServerResponse): Promise<void> => {
    const media = o.links.read(req.params?.token ?? '', o.ctx.now())
    const file = media ? await load(o, media) : null
    if (!file) {
      res.writeHead(404, { 'content-length': 0 }).end()
      return
    }
    res.writeHead(200, {
      'content-type': file.contentType,
      'content-length': file.data.length,
      // Twilio takes the name for the phone from here: at most 20 characters, no spaces.
      'content-disposition': `attachment; filename="${safeName(file.name)}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, max-age=3600',
    })
    res.end(req.method === 'HEAD' ? undefined : file.data)
  }
}

async function load({ db, ctx }: { db: Db; ctx: Ctx }, media: MediaRef): Promise<Served | null> {
  if ('file' in media) return readKeptFile(db, media.file, ctx.now())
  const item = (await messageMedia(db, media.message))[media.index]
  if (!item) return null
  try {
    return await ctx.twilio.fetchMedia(item.url)
  } catch (error) {
    if (error instanceof VendorError) return null
    throw error
  }
}

function safeName(name: string): string {
  const [, stem = 'file', ending = ''] = /^(.*?)(\.[A-Za-z0-9]{1,5})?$/.exec(name) ?? []
  const clean = stem.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 20 - ending.length)
  return `${clean || 'file'}${ending}`
}
