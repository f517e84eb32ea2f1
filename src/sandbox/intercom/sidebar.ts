import { createHmac } from 'node:crypto'
import { type Posted, post } from '../post.ts'
import { findContact, findConversation } from './agent.ts'
import { type Canvas, type Component, canvasAnswer } from './components.ts'
import { contactShape, conversationShape } from './shapes.ts'
import type { Webhooks } from './webhooks.ts'
import { adminAuthor, type World } from './world.ts'

/** The app beside a conversation of the inbox, as a teammate sees it. */
export interface Sidebar {
  readonly components: readonly Component[]
  /**
   * Presses the button with this label, with what is entered by the ids of the components; what is not touched has the
   * value it was shown with. Resolves with what is shown then.
   */
  press(label: string, entered?: Record<string, string>): Promise<Sidebar>
}

export type OpenSidebar = (
  conversationId: string,
  options?: {
    /** Default: the contact the conversation is with. */
    contactId?: string
    /** Default: the last admin. */
    adminId?: string
  },
) => Promise<Sidebar>

const MAX_CONTENT = 64 * 1024
const TIMEOUT_MS = 10_000

/** 64 hex digits over the raw body: https://developers.intercom.com/docs/canvas-kit (Signing Notifications) */
export const signCanvas = (clientSecret: string, body: string | Buffer) =>
  createHmac('sha256', clientSecret).update(body).digest('hex')

/** Opens a conversation in the inbox, which asks the app what to show, and asks again with every press. */
export function createSidebar(world: World, hooks: Webhooks): OpenSidebar {
  const ask = async (path: string, payload: object): Promise<Canvas> => {
    const body = Buffer.from(JSON.stringify(payload))
    const answer = await post({
      url: `${hooks.bridgeUrl}/canvas/${path}`,
      bridgeUrl: hooks.bridgeUrl,
      connectUrl: hooks.connectUrl || hooks.bridgeUrl,
      timeoutMs: TIMEOUT_MS,
      body,
      headers: { 'content-type': 'application/json', 'x-body-signature': signCanvas(world.clientSecret, body) },
    })
    return read(answer)
  }

  return async (conversationId, { contactId, adminId } = {}) => {
    const beside = () => {
      const conversation = findConversation(world, conversationId)
      const contact = findContact(world, contactId ?? conversation.contactIds[0] ?? '')
      return {
        workspace_id: world.appId,
        workspace_region: 'US',
        admin: adminAuthor(world, adminId ?? world.admins.at(-1)?.id ?? ''),
        conversation: conversationShape(world, conversation, 'html', null),
        contact: contactShape(world, contact),
      }
    }
    const show = (current: Canvas): Sidebar => ({
      components: current.content.components,
      async press(label, entered = {}) {
        const { id } = buttonOf(current, label)
        const input_values = { ...valuesOf(current), ...entered }
        return show(await ask('submit', { ...beside(), component_id: id, input_values, current_canvas: current }))
      },
    })
    return show(await ask('initialize', beside()))
  }
}

function read({ status, data, error }: Posted): Canvas {
  if (status !== 200) throw new Error(`The app could not be loaded: ${error ?? status}`)
  if (data.length > MAX_CONTENT) throw new Error(`The app answered with ${data.length} bytes`)
  const { canvas } = canvasAnswer.parse(JSON.parse(data.toString()))
  const ids = canvas.content.components.flatMap((component) => ('id' in component && component.id) || [])
  if (new Set(ids).size < ids.length) throw new Error(`Ids are not unique: ${ids.join(', ')}`)
  return canvas
}

function buttonOf({ content }: Canvas, label: string) {
  const button = content.components.find((one) => one.type === 'button' && one.label === label)
  if (button?.type !== 'button' || button.disabled) throw new Error(`There is no button “${label}” to press`)
  return button
}

/** What is in the fields as they were shown. */
function valuesOf({ content }: Canvas): Record<string, string> {
  const fields = content.components.flatMap((one) => {
    const entered = one.type === 'textarea' || one.type === 'input'
    return entered || one.type === 'dropdown' || one.type === 'single-select' ? [[one.id, one.value ?? '']] : []
  })
  return Object.fromEntries(fields)
}
