import { VendorError } from '../errors.ts'
import { formatForPeople, phoneOf, phoneSearchVariants, sameDigits, samePhone } from '../rules/phone.ts'
import type { Ctx } from './context.ts'
import type { IntercomContact } from './ports.ts'

export interface ResolvedContact {
  contact: IntercomContact
  /** The bridge created it just now. */
  made: boolean
  /** Other contacts with the same number. */
  others: IntercomContact[]
}

/**
 * The Intercom contact of a customer's address: by our own external id (a direct read), else by phone (a search, which
 * lags by minutes), else created. Repeating it does no harm: the external id makes Intercom refuse a second contact.
 * @param name what the customer's own app says, as WhatsApp's ProfileName
 */
export async function resolveContact(ctx: Ctx, customer: string, name?: string): Promise<ResolvedContact> {
  const known = await lookUpContact(ctx, customer, name)
  if (known) return known
  return { contact: await create(ctx, customer, externalIdOf(ctx, customer), name), made: true, others: [] }
}

/** The same, null where it would have to be created. */
export async function lookUpContact(ctx: Ctx, customer: string, name?: string): Promise<ResolvedContact | null> {
  const externalId = externalIdOf(ctx, customer)
  const known = externalId ? await ctx.intercom.findContactByExternalId(externalId) : null
  if (known) return { contact: known, made: false, others: [] }
  const [best, ...others] = await matches(ctx, customer, name)
  return best ? { contact: best, made: false, others } : null
}

function externalIdOf(ctx: Ctx, customer: string): string | undefined {
  const { role, externalId } = ctx.config.behaviour.contacts
  return role === 'user' && externalId ? `sms:${phoneOf(customer) ?? customer}` : undefined
}

/** Whoever has exactly this number, the most recently active first. */
async function matches(ctx: Ctx, customer: string, name?: string): Promise<IntercomContact[]> {
  const phone = phoneOf(customer)
  if (!phone) return []
  const country = ctx.config.defaultCountry
  const query = { phones: phoneSearchVariants(phone, country), ...(name ? { name } : {}) }
  const found = await ctx.intercom.searchContacts(query)
  return found
    .filter((contact) => samePhone(contact.phone, phone, country) || sameDigits(contact.phone, phone))
    .sort((a, b) => b.lastActivityAt - a.lastActivityAt)
}

async function create(ctx: Ctx, customer: string, externalId?: string, name?: string): Promise<IntercomContact> {
  const { role } = ctx.config.behaviour.contacts
  const phone = phoneOf(customer)
  const base = { role, ...(externalId ? { externalId } : {}) }
  // A short code or a sender's name is no phone number to Intercom, but it is all the agent has to go by.
  const nameless = { ...base, name: name ?? formatForPeople(customer) }
  if (!phone) return ctx.intercom.createContact(nameless)
  try {
    return await ctx.intercom.createContact({ ...base, phone, ...(name ? { name } : {}) })
  } catch (error) {
    const phoneRefused = error instanceof VendorError && (error.status === 400 || error.status === 422)
    if (!phoneRefused || !externalId) throw error
    return ctx.intercom.createContact(nameless)
  }
}
