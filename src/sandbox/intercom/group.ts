import { contactShape } from './shapes.ts'
import type { Contact, Conversation, World } from './world.ts'

/** A conversation with several contacts: https://www.intercom.com/help/en/articles/3052899-group-conversations */
export function attach(world: World, conversation: Conversation, contact: Contact): void {
  if (conversation.contactIds.includes(contact.id)) return
  conversation.contactIds.push(contact.id)
  emit(world, 'attached', conversation, contact)
}

export function detach(world: World, conversation: Conversation, contact: Contact): void {
  if (!conversation.contactIds.includes(contact.id)) return
  conversation.contactIds = conversation.contactIds.filter((id) => id !== contact.id)
  emit(world, 'detached', conversation, contact)
}

/** Unlike every other topic the conversation comes in an inner shape, its id as a number (seen in captures). */
function emit(world: World, what: 'attached' | 'detached', conversation: Conversation, contact: Contact): void {
  const model = { id: Number(conversation.id), user_id: conversation.contactIds[0] ?? null, deleted: false }
  const item = { conversation: { parts: [], options: {}, model }, contact: contactShape(world, contact, 'iso') }
  world.emit(`conversation.contact.${what}`, item)
  world.changes.changed()
}
