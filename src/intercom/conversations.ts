import type { z } from 'zod'
import { VendorError } from '../errors.ts'
import type { AssigneeKind, ChangedConversation, File, Intercom, IntercomConversation } from '../flows/ports.ts'
import { sameWords } from '../rules/same-words.ts'
import {
  anything,
  conversation,
  conversationList,
  conversationPage,
  conversationTags,
  identified,
  message,
} from './answers.ts'
import { type Call, type Remembered, remembered } from './session.ts'

type Conversations = Omit<
  Intercom,
  | 'findContactByExternalId'
  | 'searchContacts'
  | 'createContact'
  | 'setContactAttributes'
  | 'fetchAttachment'
  | 'callsPer10s'
  | 'conversationUrl'
  | 'getContact'
  | 'assignees'
  | 'describeConversation'
  | 'callsToDescribe'
  | 'switchToMessenger'
  | 'markConversation'
>

const OPEN = { doing: 'open the conversation', repeatable: false }
const APPEND = { doing: 'add the text to the conversation', repeatable: false }
const NOTE = { doing: 'add the note to the conversation', repeatable: false }
const TAG = { doing: 'tag the conversation', repeatable: false }
const MARK_READ = { doing: 'mark the conversation as read', repeatable: false }
const ENTITLE = { doing: 'give the conversation its title', repeatable: false }
const ORDERS = {
  assignment: { doing: 'assign the conversation', repeatable: false },
  open: { doing: 'open the conversation again', repeatable: false },
  close: { doing: 'close the conversation', repeatable: false },
}
const READ = { doing: 'read the conversation', repeatable: true }
const SEARCH = { doing: 'search the conversations', repeatable: true }
const CREATE_TAG = { doing: 'look up or create the tag', repeatable: true }
const IDENTIFY = { doing: 'name the admin of the access token', repeatable: true }

const BY_TEAMMATES = new Set(['admin', 'team'])
const MAX_PER_PAGE = 150
const TWO_DAYS = 2 * 24 * 60 * 60 * 1000

type Order =
  | { message_type: 'close'; type: 'admin' }
  | { message_type: 'open' }
  | { message_type: 'assignment'; type: AssigneeKind; assignee_id: string }

/** Who we are in the workspace: fetched once, shared by everyone who asks meanwhile. */
export interface Identity {
  adminId: Remembered<string>
  /** Of a tag by its name; default: our own. */
  tagId(name?: string): Remembered<string>
}

export function createIdentity(call: Call, known: { adminId?: string; tag: string }): Identity {
  const tagIds = new Map<string, Remembered<string>>()
  return {
    adminId: remembered(async () => {
      if (known.adminId !== undefined) return known.adminId
      return (await call(IDENTIFY, identified, (sdk) => sdk.admins.identify())).id
    }),
    tagId(name = known.tag) {
      const tagId =
        tagIds.get(name) ??
        remembered(async () => (await call(CREATE_TAG, identified, (sdk) => sdk.tags.create({ name }))).id)
      tagIds.set(name, tagId)
      return tagId
    },
  }
}

export function conversationCalls(call: Call, identity: Identity): Conversations {
  return {
    openConversation: (input) => open(call, input),
    appendPart: (input) => append(call, input),
    postNote: (input) => postNote(call, identity, input),
    tagConversation: (id, name) => tag(call, identity, id, name),
    async markRead(id) {
      await call(MARK_READ, anything, (sdk) => sdk.conversations.update({ conversation_id: id, read: true }))
    },
    async titleConversation(id, title) {
      await call(ENTITLE, anything, (sdk) => sdk.conversations.update({ conversation_id: id, title }))
    },
    closeConversation: (id) => manage(call, identity, id, { message_type: 'close', type: 'admin' }),
    reopenConversation: (id) => manage(call, identity, id, { message_type: 'open' }),
    assignConversation: ({ conversationId, kind, id }) =>
      manage(call, identity, conversationId, { message_type: 'assignment', type: kind, assignee_id: id }),
    getConversation: (id) => read(call, conversation, id),
    tagsOf: async (id) => (await read(call, conversationTags, id)) ?? [],
    searchConversations: (query) => search(call, query),
    changedConversations: (since) => changed(call, identity, since),
    readConversation: (id) => read(call, anything, id),
  }
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/createconversation */
async function open(call: Call, input: { contactId: string; body: string }) {
  const opened = await call(OPEN, message, (sdk) =>
    sdk.conversations.create({ from: { type: 'contact', id: input.contactId }, body: input.body }),
  )
  return { conversationId: opened.conversation_id, sourceId: opened.id }
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/replyconversation */
async function append(
  call: Call,
  input: { conversationId: string; contactId: string; body: string; files: File[] },
): Promise<{ partId: string | null }> {
  const files = input.files.map((file) => ({
    content_type: file.contentType,
    name: file.name,
    data: file.data.toString('base64'),
  }))
  const answer = await call(APPEND, conversation, (sdk) =>
    sdk.conversations.reply({
      conversation_id: input.conversationId,
      body: {
        message_type: 'comment',
        type: 'user',
        intercom_user_id: input.contactId,
        body: input.body,
        ...(files.length > 0 ? { attachment_files: files } : {}),
      },
    }),
  )
  return { partId: newestPart(answer, input.contactId, input.body) }
}

async function postNote(call: Call, identity: Identity, input: { conversationId: string; html: string }) {
  const adminId = await identity.adminId.get()
  const answer = await call(NOTE, conversation, (sdk) =>
    sdk.conversations.reply({
      conversation_id: input.conversationId,
      body: { message_type: 'note', type: 'admin', admin_id: adminId, body: input.html },
    }),
  )
  return { partId: newestPart(answer, adminId, `<div>${input.html}</div>`) }
}

/** A reply is answered with the whole conversation, oldest part first: ours is the last one by that author with those words. */
function newestPart(answer: IntercomConversation, authorId: string, body: string): string | null {
  const newestFirst = answer.parts
    .filter((part) => part.author.id === authorId)
    .sort((a, b) => a.createdAt - b.createdAt)
    .reverse()
  // Comparing words costs time, and the newest is nearly always ours.
  return newestFirst.find((part) => sameWords(part.body ?? '', body))?.id ?? null
}

/** A tag that a person deleted is made again: Intercom then does not know the id we remember. */
async function tag(call: Call, identity: Identity, conversationId: string, name?: string): Promise<void> {
  const remembered = identity.tagId(name)
  const attempt = async () => {
    const [adminId, tagId] = await Promise.all([identity.adminId.get(), remembered.get()])
    await call(TAG, anything, (sdk) =>
      sdk.tags.tagConversation({ conversation_id: conversationId, id: tagId, admin_id: adminId }),
    )
  }
  try {
    await attempt()
  } catch (error) {
    if (!isNotFound(error)) throw error
    remembered.forget()
    await attempt()
  }
}

/**
 * Closes, opens or assigns, as our admin and without words.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/manageconversation
 */
async function manage(call: Call, { adminId }: Identity, id: string, order: Order): Promise<void> {
  const admin_id = await adminId.get()
  await call(ORDERS[order.message_type], anything, (sdk) =>
    sdk.conversations.manage({ conversation_id: id, body: { ...order, admin_id } }),
  )
}

/** Null on 404. */
async function read<T>(call: Call, answer: z.ZodType<T>, id: string): Promise<T | null> {
  try {
    return await call(READ, answer, (sdk) => sdk.conversations.find({ conversation_id: id }))
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/**
 * Intercom's search compares dates by calendar day in the workspace's time zone, and "greater than" leaves out the day
 * itself: so it is asked for two days more, and the exact time is compared here.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations
 */
async function search(call: Call, query: { contactId: string; since: number }): Promise<IntercomConversation[]> {
  const from = Math.max(0, Math.floor((query.since - TWO_DAYS) / 1000))
  const found = await call(SEARCH, conversationList, async (sdk) => {
    const page = await sdk.conversations.search({
      query: {
        operator: 'AND',
        value: [
          { field: 'contact_ids', operator: '=', value: query.contactId },
          { field: 'created_at', operator: '>', value: from },
        ],
      },
      pagination: { per_page: MAX_PER_PAGE },
    })
    return page.response
  })
  return found.filter((one) => one.createdAt >= Math.floor(query.since / 1000) * 1000)
}

/** Dates are compared by day here as well; what is found too much is sorted out by what is already recorded. */
async function changed(call: Call, identity: Identity, since: number): Promise<ChangedConversation[]> {
  const tagId = await identity.tagId().get()
  const from = Math.max(0, Math.floor((since - TWO_DAYS) / 1000))
  const found: ChangedConversation[] = []
  let after: string | undefined
  do {
    const page = await call(SEARCH, conversationPage, async (sdk) => {
      const answer = await sdk.conversations.search({
        query: {
          operator: 'AND',
          value: [
            { field: 'tag_ids', operator: '=', value: tagId },
            { field: 'updated_at', operator: '>', value: from },
          ],
        },
        pagination: { per_page: MAX_PER_PAGE, ...(after ? { starting_after: after } : {}) },
      })
      return answer.response
    })
    for (const { id, created_at, updated_at, source } of page.conversations) {
      const byTeammate = source !== null && BY_TEAMMATES.has(source.author.type)
      if (updated_at >= since) found.push({ id, begunAt: byTeammate ? created_at : null })
    }
    after = page.pages.next?.starting_after
  } while (after)
  return found
}

function isNotFound(error: unknown): boolean {
  return error instanceof VendorError && error.status === 404
}
