import type { Route } from '../http.ts'
import { type Media, notFound, rfc2822, type World } from './world.ts'

/**
 * The Media resource: with a login it answers with a redirect to a short-lived address on another host.
 * https://www.twilio.com/docs/messaging/api/media-resource
 */
export function mediaRoutes(world: World): Route[] {
  const misses = new Map<string, number>()
  const find = (messageSid: string, mediaSid: string) =>
    world.messages.find(({ sid }) => sid === messageSid)?.media.find(({ sid }) => sid === mediaSid)
  const base = /^\/2010-04-01\/Accounts\/AC\w+\/Messages\/(\w+)\/Media/.source
  return [
    {
      method: 'GET',
      path: new RegExp(`${base}\\.json$`),
      handle: (_request, messageSid = '') => {
        const message = world.messages.find(({ sid }) => sid === messageSid)
        if (!message) return notFound()
        const media_list = message.media.map((media) => resource(world, messageSid, media))
        return { status: 200, body: { media_list, page: 0, page_size: 50, next_page_uri: null } }
      },
    },
    {
      method: 'GET',
      path: new RegExp(`${base}/(ME\\w+)\\.json$`),
      handle: (_request, messageSid = '', mediaSid = '') => {
        const media = find(messageSid, mediaSid)
        return media ? { status: 200, body: resource(world, messageSid, media) } : notFound()
      },
    },
    {
      method: 'DELETE',
      path: new RegExp(`${base}/(ME\\w+)\\.json$`),
      handle: (_request, messageSid = '', mediaSid = '') => {
        const message = world.messages.find(({ sid }) => sid === messageSid)
        if (!message || !find(messageSid, mediaSid)) return notFound()
        message.media = message.media.filter(({ sid }) => sid !== mediaSid)
        return { status: 204 }
      },
    },
    {
      method: 'GET',
      path: new RegExp(`${base}/(ME\\w+)$`),
      handle: (_request, messageSid = '', mediaSid = '') => {
        const missed = misses.get(mediaSid) ?? 0
        misses.set(mediaSid, missed + 1)
        if (missed < world.mediaDelay || !find(messageSid, mediaSid)) return notFound()
        return { status: 307, headers: { location: `${world.cdnUrl}/cdn/${messageSid}/${mediaSid}` } }
      },
    },
  ]
}

/** The host behind the redirect: no login, and it refuses a request that brings one along (as signed storage URLs do). */
export function cdnRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/cdn\/(\w+)\/(\w+)$/,
      handle: (request, messageSid, mediaSid) => {
        if (request.headers.authorization !== undefined) return { status: 400, body: 'Unsupported Authorization Type' }
        const media = world.messages.find(({ sid }) => sid === messageSid)?.media.find(({ sid }) => sid === mediaSid)
        return media
          ? { status: 200, headers: { 'content-type': media.contentType }, body: media.data }
          : { status: 404 }
      },
    },
  ]
}

function resource(world: World, messageSid: string, media: Media) {
  const created = world.messages.find(({ sid }) => sid === messageSid)?.dateCreated ?? null
  return {
    account_sid: world.accountSid,
    content_type: media.contentType,
    date_created: rfc2822(created),
    date_updated: rfc2822(created),
    parent_sid: messageSid,
    sid: media.sid,
    uri: `/2010-04-01/Accounts/${world.accountSid}/Messages/${messageSid}/Media/${media.sid}.json`,
  }
}
