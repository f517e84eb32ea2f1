import type { Contact, Conversation } from '../intercom-server.ts'
import { ADMINS, TEAMS } from './people.ts'

/** What an agent reads beside a conversation. */
export interface Detail {
  id: string
  name: string
  value: string
}

/** Only what is set, the latest first: what somebody has just done matters more than how it began. */
export function detailsOf(conversation: Conversation, contact: Contact | undefined): Detail[] {
  const { title, teamAssigneeId, adminAssigneeId, snoozedUntil, read, customAttributes } = conversation
  return [
    ['Title', title],
    ['Team', nameIn(TEAMS, teamAssigneeId)],
    ['Teammate', nameIn(ADMINS, adminAssigneeId)],
    ['Snoozed until', snoozedUntil === null ? '' : timeIn(snoozedUntil)],
    ['Read', read ? 'yes' : ''],
    ...attributesIn(contact?.customAttributes ?? {}).reverse(),
    ...attributesIn(customAttributes).reverse(),
  ].flatMap(([name = '', value = '']) => (value === '' ? [] : [{ id: name, name, value }]))
}

const nameIn = (list: readonly { id: string; name: string }[], id: string | null) =>
  list.find((one) => one.id === id)?.name ?? ''

const attributesIn = (attributes: Record<string, unknown>) =>
  Object.entries(attributes).map(([name, value]) => [name, wordsFor(name, value)])

function wordsFor(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  // By Intercom's rule for attributes that are dates.
  if (name.endsWith('_at') && typeof value === 'number') return timeIn(value * 1000)
  return String(value ?? '')
}

const timeIn = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
