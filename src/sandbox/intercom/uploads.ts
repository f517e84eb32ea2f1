import { randomUUID } from 'node:crypto'
import type { Route } from '../http.ts'
import type { Attachment, World } from './world.ts'

const HALF_HOUR = 30 * 60_000

/** Keeps a file and gives it a temporary address, as uploads in conversations have. */
export function storeUpload(world: World, file: { name: string; contentType: string; data: Buffer }): Attachment {
  const path = `/uploads/${randomUUID()}/${encodeURIComponent(file.name)}`
  const expiresAt = world.now() + (world.uploadTtlMs ?? HALF_HOUR)
  const attachment: Attachment = { ...file, url: world.url + path, expiresAt }
  world.uploads.set(path, attachment)
  return attachment
}

/** The upload host: no token, and it refuses a request that brings one along. */
export function uploadRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/uploads\/.+$/,
      handle: ({ path, headers }) => {
        const upload = world.uploads.get(path)
        if (headers.authorization !== undefined) return { status: 400, body: 'Unsupported Authorization Type' }
        if (!upload) return { status: 404 }
        if (upload.expiresAt <= world.now()) return { status: 403, body: 'Expired' }
        return { status: 200, headers: { 'content-type': upload.contentType }, body: upload.data }
      },
    },
  ]
}
