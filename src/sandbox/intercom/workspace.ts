import { randomUUID } from 'node:crypto'
import type { Answer, Route } from '../http.ts'
import { tell } from './parts.ts'
import {
  adminAuthor,
  type Conversation,
  type DataAttribute,
  newId,
  type Part,
  refuse,
  type Tag,
  text,
  type World,
} from './world.ts'

/** Admins, tags, data attributes and the phone switch. */
export function workspaceRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/me$/,
      handle: () => {
        const app = {
          type: 'app',
          id_code: world.appId,
          name: 'Stand-in',
          timezone: 'Etc/UTC',
          region: world.region ?? 'US',
        }
        return { status: 200, body: { ...admin(world, world.admins[0]?.id ?? ''), email_verified: true, app } }
      },
    },
    {
      method: 'GET',
      path: /^\/admins$/,
      handle: () => ({
        status: 200,
        body: { type: 'admin.list', admins: world.admins.map(({ id }) => admin(world, id)) },
      }),
    },
    {
      method: 'GET',
      path: /^\/teams$/,
      handle: () => ({ status: 200, body: { type: 'team.list', teams: (world.teams ?? []).map(teamShape) } }),
    },
    ...tagRoutes(world),
    ...attributeRoutes(world),
    {
      method: 'POST',
      path: /^\/phone_call_redirects$/,
      handle: ({ body }) => {
        const phone = text(body, 'phone')
        if (phone === undefined || !/^\+[1-9]\d{6,14}$/.test(phone)) {
          return { status: 400, body: { error_key: 'invalid_phone_number', message: 'Invalid phone number' } }
        }
        world.phoneSwitches.push(phone)
        const url = `http://via.intercom.io/msgr/${randomUUID()}`
        return { status: 200, body: { type: 'phone_call_redirect', url } }
      },
    },
  ]
}

function admin(world: World, id: string) {
  const { name = null, email = null } = adminAuthor(world, id) ?? {}
  return { type: 'admin', id, name, email, away_mode_enabled: false, has_inbox_seat: true, team_ids: [] }
}

const teamShape = (team: { id: string; name: string }) => ({ type: 'team', ...team, admin_ids: [] })

function tagRoutes(world: World): Route[] {
  const find = (id: string | undefined) => world.conversations.find((conversation) => conversation.id === id)
  return [
    {
      method: 'GET',
      path: /^\/tags$/,
      handle: () => ({ status: 200, body: { type: 'list', data: world.tags.map(tagShape) } }),
    },
    {
      method: 'POST',
      path: /^\/tags$/,
      handle: ({ body }) => {
        const name = text(body, 'name')
        if (name === undefined) return refuse(400, 'parameter_invalid', 'invalid tag parameters')
        return { status: 200, body: tagShape(tagNamed(world, name)) }
      },
    },
    {
      method: 'POST',
      path: /^\/conversations\/(\d+)\/tags$/,
      handle: ({ body }, id) => tagRequest(world, find(id), body),
    },
    {
      method: 'DELETE',
      path: /^\/conversations\/(\d+)\/tags\/(\w+)$/,
      handle: ({ body }, id, tagId) => untag(world, find(id), tagId, body),
    },
  ]
}

const tagShape = (tag: Tag) => ({ type: 'tag', ...tag })

/** Names are case-insensitive; an existing tag is answered as it is. */
export function tagNamed(world: World, name: string): Tag {
  const known = world.tags.find((tag) => tag.name.toLowerCase() === name.toLowerCase())
  if (known) return known
  const tag = { id: newId(7_522_000), name }
  world.tags.push(tag)
  return tag
}

function tagRequest(world: World, conversation: Conversation | undefined, body: unknown): Answer {
  const tag = world.tags.find(({ id }) => id === text(body, 'id'))
  const adminId = text(body, 'admin_id')
  if (!conversation) return refuse(404, 'not_found', 'Conversation not found')
  if (adminId === undefined) return refuse(400, 'parameter_not_found', 'admin_id is required')
  if (!tag) return refuse(404, 'tag_not_found', 'Tag not found')
  addTag(world, conversation, tag)
  return { status: 200, body: { ...tagShape(tag), applied_by: { type: 'admin', id: adminId } } }
}

/** Tags a conversation. The webhook repeats the latest part, whoever wrote it (seen in captures). */
export function addTag(world: World, conversation: Conversation, tag: Tag): void {
  if (conversation.tags.includes(tag)) return
  conversation.tags.push(tag)
  tell(world, 'conversation_part.tag.created', conversation, [conversation.parts.at(-1) ?? sourceAsPart(conversation)])
  world.changes.changed()
}

const sourceAsPart = ({ source, createdAt }: Conversation): Part => ({
  ...source,
  partType: 'comment',
  assignedTo: null,
  redacted: false,
  appPackageCode: null,
  createdAt,
  updatedAt: createdAt,
})

function untag(world: World, conversation: Conversation | undefined, tagId: string | undefined, body: unknown): Answer {
  if (!conversation) return refuse(404, 'not_found', 'Conversation not found')
  if (text(body, 'admin_id') === undefined) return refuse(400, 'parameter_not_found', 'admin_id is required')
  const tag = conversation.tags.find(({ id }) => id === tagId)
  if (!tag) return refuse(404, 'tag_not_found', 'Tag not found')
  conversation.tags.splice(conversation.tags.indexOf(tag), 1)
  world.changes.changed()
  return { status: 200, body: tagShape(tag) }
}

function attributeRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/data_attributes$/,
      handle: ({ query }) => {
        const model = query.get('model')
        const found = world.dataAttributes.filter((attribute) => model === null || attribute.model === model)
        return { status: 200, body: { type: 'list', data: found.map(attributeShape) } }
      },
    },
    {
      method: 'POST',
      path: /^\/data_attributes$/,
      handle: ({ body }) => {
        const model = text(body, 'model') ?? ''
        if (model !== 'contact' && model !== 'company') return refuse(400, 'parameter_invalid', 'model is invalid')
        return createAttribute(world, model, body)
      },
    },
    {
      method: 'GET',
      path: /^\/conversations\/attributes$/,
      handle: () => {
        const found = world.dataAttributes.filter(({ model }) => model === 'conversation')
        return { status: 200, body: { type: 'list', data: found.map((one) => conversationAttributeShape(world, one)) } }
      },
    },
    {
      method: 'POST',
      path: /^\/conversations\/attributes$/,
      handle: ({ body }) => createAttribute(world, 'conversation', body),
    },
  ]
}

function createAttribute(world: World, model: string, body: unknown): Answer {
  const name = text(body, 'name')
  const dataType = text(body, 'data_type')
  if (name === undefined || dataType === undefined) {
    return refuse(400, 'parameter_invalid', 'name and data_type are required')
  }
  if (world.dataAttributes.some((attribute) => attribute.model === model && attribute.name === name)) {
    return refuse(400, 'parameter_invalid', `You already have '${name}' in your ${model} data`)
  }
  const attribute = { id: Number(newId(34_000)), name, model, dataType }
  world.dataAttributes.push(attribute)
  world.changes.changed()
  return { status: 200, body: attributeShape(attribute) }
}

const attributeShape = ({ id, name, model, dataType }: DataAttribute) => ({
  type: 'data_attribute',
  id,
  name,
  full_name: `custom_attributes.${name}`,
  label: name,
  data_type: dataType,
  api_writable: true,
  ui_writable: true,
  messenger_writable: false,
  custom: true,
  archived: false,
  model,
})

const conversationAttributeShape = (world: World, { id, name, dataType }: DataAttribute) => ({
  type: 'conversation_attribute',
  id,
  name,
  description: '',
  data_type: dataType,
  required: false,
  visible_to_team_ids: [],
  archived: false,
  created_at: 0,
  updated_at: 0,
  admin_id: world.admins[0]?.id ?? '',
  ...(dataType === 'string' && { multiline: false }),
})
