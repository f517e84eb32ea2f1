import { phoneOf } from '../rules/phone.ts'
import type { Person } from '../store/erase.ts'
import { laneOf } from './lanes.ts'

/** The addresses that one number has: as a phone, on WhatsApp and on RCS. */
export function addressesOf(address: string): string[] {
  const phone = phoneOf(address)
  return phone === null ? [address] : [phone, `whatsapp:${phone}`, `rcs:${phone}`]
}

/** Every lane that names a person. */
export function lanesOf({ addresses, contacts, conversations }: Person): string[] {
  const byCustomer = [laneOf.inbox, laneOf.status, laneOf.phone, laneOf.desk, laneOf.automatic, laneOf.responder]
  return [
    ...addresses.flatMap((customer) => byCustomer.map((lane) => lane(customer))),
    ...conversations.flatMap((id) => [laneOf.conversation(id), laneOf.evidence(id)]),
    ...contacts.map(laneOf.contact),
  ]
}

const CONVERSATION = /"conversationId":"([^"]+)"/g

/**
 * Tells whether a row of the queue is about a person: by its lane, or by a field of its body (JSON) that holds one of their
 * addresses, contacts or conversations. What somebody else wrote of them is not.
 */
export function aboutPerson(person: Person): (row: { lane: string; body: string }) => boolean {
  const lanes = new Set(lanesOf(person))
  const conversations = new Set(person.conversations)
  const names = [...person.addresses, ...person.contacts].map((name) => JSON.stringify(name))
  return ({ lane, body }) =>
    lanes.has(lane) ||
    names.some((name) => body.includes(name)) ||
    [...body.matchAll(CONVERSATION)].some(([, id = '']) => conversations.has(id))
}
