import { z } from 'zod'
import type { AssigneeKind } from '../flows/ports.ts'
import { adminList, anything, teamList } from './answers.ts'
import { type Call, type CallConfig, createCall } from './session.ts'

export interface Attribute {
  name: string
  /** As Intercom calls it: string, boolean, integer, datetime … */
  type: string
}

export type AttributeModel = 'contact' | 'conversation'

/** What setup and the checks need of a workspace. Every method throws a VendorError. */
export interface Workspace {
  /** GET /me: whose the token is, and where the workspace is (`US`, `EU`, `AU`; null where Intercom does not say). */
  me(): Promise<{ adminId: string; app: string; region: string | null }>
  /** GET /admins or GET /teams */
  assignees(kind: AssigneeKind): Promise<{ id: string; name: string }[]>
  /** GET /tags: their names. */
  tags(): Promise<string[]>
  /** POST /tags; one that is there already stays as it is. */
  makeTag(name: string): Promise<void>
  /** GET /data_attributes or GET /conversations/attributes, archived ones left out. */
  attributes(model: AttributeModel): Promise<Attribute[]>
  /** POST /data_attributes or POST /conversations/attributes */
  makeAttribute(model: AttributeModel, attribute: Attribute): Promise<void>
  /** POST /contacts/search for nobody: whether the token may read contacts. */
  readContacts(): Promise<void>
  /** POST /conversations/search for none: whether the token may read conversations. */
  readConversations(): Promise<void>
}

const read = (doing: string) => ({ doing, repeatable: true })
const IDENTIFY = read('name the admin of the access token')
const LIST = { admin: read('list the admins'), team: read('list the teams') }
const TAGS = read('list the tags')
const MAKE_TAG = read('create the tag')
const CONTACTS = read('search the contacts')
const CONVERSATIONS = read('search the conversations')
const ATTRIBUTES = {
  contact: read('list the contact attributes'),
  conversation: read('list the conversation attributes'),
}
const MAKE_ATTRIBUTE = {
  contact: read('create the contact attribute'),
  conversation: read('create the conversation attribute'),
}

const id = z.union([z.string(), z.number()]).transform(String)
const me = z.object({
  id,
  app: z.object({ name: z.string().catch(''), region: z.string().nullable().catch(null) }).nullish(),
})
const tagList = z.object({ data: z.array(z.object({ name: z.string() })) })
const attributeList = z.object({
  data: z.array(z.object({ name: z.string(), data_type: z.string().catch(''), archived: z.boolean().catch(false) })),
})

/** @param o.onDate is told what each answer says the time is */
export function createWorkspace(
  config: CallConfig,
  o: { now: () => number; onDate?: (date: string | null) => void },
): Workspace {
  const call = createCall(config, { now: o.now, onHeaders: (headers) => o.onDate?.(headers.get('date')) })
  return {
    async me() {
      const { id: adminId, app } = await call(IDENTIFY, me, (sdk) => sdk.admins.identify())
      return { adminId, app: app?.name ?? '', region: app?.region ?? null }
    },
    assignees: (kind) =>
      kind === 'team'
        ? call(LIST.team, teamList, (sdk) => sdk.teams.list())
        : call(LIST.admin, adminList, (sdk) => sdk.admins.list()),
    async tags() {
      const { data } = await call(TAGS, tagList, (sdk) => sdk.tags.list())
      return data.map(({ name }) => name)
    },
    async makeTag(name) {
      await call(MAKE_TAG, anything, (sdk) => sdk.tags.create({ name }))
    },
    attributes: (model) => attributes(call, model),
    makeAttribute: (model, attribute) => makeAttribute(call, model, attribute),
    async readContacts() {
      const nobody = { field: 'external_id', operator: '=' as const, value: 'sms:doctor' }
      await call(CONTACTS, anything, async (sdk) => (await sdk.contacts.search({ query: nobody })).response)
    },
    async readConversations() {
      const none = { field: 'contact_ids', operator: '=' as const, value: '000000000000000000000000' }
      await call(CONVERSATIONS, anything, async (sdk) => (await sdk.conversations.search({ query: none })).response)
    },
  }
}

/**
 * Since API 2.16 those of conversations stand where the SDK does not reach.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/data-attributes/lisdataattributes
 */
async function attributes(call: Call, model: AttributeModel): Promise<Attribute[]> {
  const { data } = await call(ATTRIBUTES[model], attributeList, (sdk, _post, get) =>
    model === 'contact' ? sdk.dataAttributes.list({ model }) : get('/conversations/attributes'),
  )
  return data.filter(({ archived }) => !archived).map(({ name, data_type }) => ({ name, type: data_type }))
}

async function makeAttribute(call: Call, model: AttributeModel, { name, type }: Attribute): Promise<void> {
  // Without archived ones in the list, one that is archived is refused here, and the sentence says so.
  await call(MAKE_ATTRIBUTE[model], anything, (_sdk, post) =>
    model === 'contact'
      ? post('/data_attributes', { name, model, data_type: type })
      : post('/conversations/attributes', { name, data_type: type }),
  )
}
