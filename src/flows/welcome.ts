import type { Decision, Fact } from '../queue/work.ts'
import { normalizeAddress, phoneOf } from '../rules/phone.ts'
import type { Tx } from '../store/database.ts'
import { latestMessages } from '../store/messages.ts'
import { threadsOf } from '../store/threads.ts'
import { automaticText } from './automatic-text.ts'
import type { Ctx } from './context.ts'
import type { ContactCreated } from './facts.ts'
import { claimSaying } from './may-say.ts'
import { senderFor } from './request-message.ts'
import { threadWith } from './thread-of.ts'

/**
 * A contact was created in Intercom: whoever has its number is welcomed once and for good, unless they have written to us,
 * which is also how the bridge's own contacts come about.
 */
export async function welcome(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const { phone, name }: ContactCreated = JSON.parse(fact.body)
  const template = ctx.config.behaviour.welcome
  const customer = phoneOf(normalizeAddress(phone, ctx.config.defaultCountry))
  if (template === '' || customer === null) return 'done'
  // Makes it one message for good, however often a contact with this number is created.
  const key = `welcome:${customer}`
  if (await hasWritten(tx, customer)) return 'done'
  const thread = await threadWith(ctx, tx, await senderFor(ctx, tx, customer), customer)
  if (!(await claimSaying(ctx, tx, thread, 'welcome'))) return 'done'
  await automaticText(ctx, tx, thread, { kind: 'welcome', words: { template }, contactName: name, key })
  return 'done'
}

async function hasWritten(tx: Tx, customer: string): Promise<boolean> {
  for (const address of [customer, `whatsapp:${customer}`]) {
    for (const { id } of await threadsOf(tx, address)) {
      if ((await latestMessages(tx, id, { direction: 'inbound', limit: 1 })).length > 0) return true
    }
  }
  return false
}
