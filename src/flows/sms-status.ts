import { effectById, updateEffect } from '../queue/jobs.ts'
import { hurryLane } from '../queue/lanes.ts'
import { openDoor } from '../queue/pace.ts'
import type { Decision, Fact } from '../queue/work.ts'
import { advanceStatus } from '../rules/status.ts'
import type { Tx } from '../store/database.ts'
import { type Message, messageById, messageBySid, updateMessage } from '../store/messages.ts'
import { follow, traced } from '../trace.ts'
import type { Ctx } from './context.ts'
import type { SmsStatus } from './facts.ts'
import { smsAccepted } from './sms-accepted.ts'
import { textFailed } from './text-failed.ts'
import { isFailure } from './text-failure.ts'

/** A callback of a call that is over says nothing about another call for the same text, as a person's re-send is. */
const SETTLED = new Set(['done', 'dead', 'canceled'])

/** Twilio says what became of a text. Callbacks come in any order, twice, and before the answer to the send. */
export async function smsStatus(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const told: SmsStatus = JSON.parse(fact.body)
  const message = (await messageBySid(tx, told.sid)) ?? (await proveAccepted(ctx, tx, told))
  if (!message) return 'done'
  const status = advanceStatus(message.status, told.status)
  // It came by a webhook of its own, and belongs to the story of its text.
  if (message.trace !== null) follow(tx, message.trace)
  if (status === message.status) return 'done'
  const ids = { ...traced(tx), fact: fact.id, message: message.id, sid: told.sid }
  ctx.log.info({ ...ids, status, code: told.errorCode }, 'text status')
  if (isFailure(status)) await textFailed(ctx, tx, message, status, told.errorCode)
  else await updateMessage(tx, message.id, { status }, ctx.now())
  return 'done'
}

/** The marker in the callback's address was ours alone to make: Twilio has the text, whatever became of its answer. */
async function proveAccepted(ctx: Ctx, tx: Tx, told: SmsStatus): Promise<Message | null> {
  const effect = told.marker ? await effectById(tx, Number.parseInt(told.marker, 10)) : null
  if (effect?.kind !== 'sms.send' || effect.messageId === null || SETTLED.has(effect.state)) return null
  // Locks the lane, so that its worker cannot be writing down the answer at the same time.
  await hurryLane(tx, effect.lane, ctx.now())
  const message = await messageById(tx, effect.messageId)
  if (message.twilioSid) return message.twilioSid === told.sid ? message : null
  await updateEffect(tx, effect.id, { state: 'done', error: null }, ctx.now())
  await openDoor(tx, 'twilio')
  await smsAccepted(ctx, tx, effect, { sid: told.sid, status: 'accepted', segments: null })
  return messageById(tx, effect.messageId)
}
