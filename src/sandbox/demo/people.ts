import { phoneOf } from '../../rules/phone.ts'

/** The business's number, and who texts it. */
export const SUPPORT = '+12025550199'
/** Her other number, where the bridge says more by itself. */
export const SALES = '+12025550198'
/** Where the business can be reached on WhatsApp. */
export const WHATSAPP = `whatsapp:${SUPPORT}`

/** What a phone calls our numbers. */
export const OURS = new Map([
  [SUPPORT, 'Acme Support'],
  [SALES, 'Acme Sales'],
  [WHATSAPP, 'WhatsApp'],
])

/** The token's own admin writes the notes; the other one is the agent. */
export const ADMINS = [
  { id: '100', name: 'SMS bridge' },
  { id: '101', name: 'Sam' },
]
export const TEAMS = [
  { id: '200', name: 'Sales' },
  { id: '201', name: 'Care' },
]

export const CUSTOMERS = [
  // In Intercom already: the bridge finds her by her phone number.
  { phone: '+12025550123', name: 'Maria Lopez', known: true },
  // Nobody knows him yet: the bridge creates the contact.
  { phone: '+12025550124', name: 'Tom', known: false },
]

/** The first name of a customer or of somebody who came for a scene. */
export function nameOf(address: string, guests: readonly { phone: string; name: string }[]): string | null {
  const phone = phoneOf(address)
  return [...CUSTOMERS, ...guests].find((customer) => customer.phone === phone)?.name.split(' ')[0] ?? null
}
