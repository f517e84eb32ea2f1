import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Ctx, MediaRef } from './flows/context.ts'

export interface MediaLinks {
  /** A token for `/media/:token`, good until `expiresAt` (Unix ms). */
  sign(media: MediaRef, expiresAt: number): string
  /** What a token of ours stands for; null for a forged, altered or expired one. */
  read(token: string, now: number): MediaRef | null
}

/** Links that Twilio and browsers can open without a login: nobody can guess or extend one. */
export function createMediaLinks(key: string): MediaLinks {
  const signature = (claim: string) => createHmac('sha256', key).update(claim).digest('base64url')
  return {
    sign(media, expiresAt) {
      const claim = `${'file' in media ? `f${media.file}` : `m${media.message}.${media.index}`}~${Math.floor(expiresAt / 1000)}`
      return `${claim}~${signature(claim)}`
    },
    read(token, now) {
      const [what = '', expires = '', given = '', ...more] = token.split('~')
      const expected = Buffer.from(signature(`${what}~${expires}`))
      const actual = Buffer.from(given)
      if (more.length > 0 || actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null
      if (Number(expires) * 1000 <= now) return null
      const [first = '', second = ''] = what.slice(1).split('.')
      return what.startsWith('f') ? { file: Number(first) } : { message: Number(first), index: Number(second) }
    },
  }
}

/** Such links as the outside world opens them. */
export function linksUnder(publicUrl: string, links: MediaLinks): Ctx['mediaLink'] {
  return (media, until) => `${publicUrl}/media/${links.sign(media, until)}`
}
