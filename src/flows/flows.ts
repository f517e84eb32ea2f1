import type { Decision, EffectFlow, Fact, Work } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { askResponder } from './ask-responder.ts'
import { automaticAnswer } from './automatic-text.ts'
import { noteWritten } from './commands/note-written.ts'
import { switchFlow } from './commands/switch.ts'
import { contactChanged, contactDetached } from './contact-changed.ts'
import type { Ctx } from './context.ts'
import { conversationChanged } from './conversation-changed.ts'
import type { FactKind } from './facts.ts'
import { whomItIsAbout } from './lanes.ts'
import { manageConversation } from './manage-conversation.ts'
import { matchTags } from './match-tags.ts'
import { partSeen } from './part-seen.ts'
import { postNote } from './post-note.ts'
import { postNotification } from './post-notification.ts'
import { postPart } from './post-part.ts'
import { rateOf } from './rates.ts'
import { readReply } from './read-reply.ts'
import { redactText } from './redact-text.ts'
import { replySent, replyUnknown } from './reply-sent.ts'
import { retryText } from './retry-text.ts'
import { scheduleSms } from './schedule-sms.ts'
import { sendSms } from './send-sms.ts'
import { smsReceived } from './sms-received.ts'
import { smsStatus } from './sms-status.ts'
import { conversationStarted, startTexting } from './start-texting.ts'
import { jobDied } from './tell-team.ts'
import { updateContact } from './update-contact.ts'
import { welcome } from './welcome.ts'

/** What happens: one flow per kind of fact and per kind of effect. */
export function createFlows(ctx: Ctx): Work {
  const parts = postPart(ctx)
  const facts: Record<FactKind, (ctx: Ctx, tx: Tx, fact: Fact) => Promise<Decision>> = {
    'sms.received': smsReceived,
    'sms.status': smsStatus,
    'reply.sent': replySent,
    'reply.unknown': replyUnknown,
    'conversation.changed': conversationChanged,
    'part.seen': partSeen(parts),
    'note.written': noteWritten,
    'conversation.started': conversationStarted,
    'contact.changed': contactChanged,
    'contact.detached': contactDetached,
    'contact.created': welcome,
  }
  const effects: Record<string, EffectFlow> = {
    'part.post': parts,
    'note.post': postNote(ctx),
    'reply.read': readReply(ctx),
    'sms.send': sendSms(ctx),
    'sms.schedule': scheduleSms(ctx),
    'sms.retry': retryText(ctx),
    'twilio.redact': redactText(ctx),
    'conversation.manage': manageConversation(ctx),
    'contact.update': updateContact(ctx),
    'texting.start': startTexting(ctx),
    'messenger.switch': switchFlow(ctx),
    'text.automatic': automaticAnswer(ctx),
    'responder.ask': askResponder(ctx),
    'notification.match': matchTags(ctx),
    'notification.post': postNotification(ctx),
  }
  return {
    about: whomItIsAbout,
    effects,
    dead: (tx, job) => jobDied(ctx, tx, job),
    rateOf: (door) => rateOf(ctx, door),
    decide: (tx, fact) => {
      const flow = facts[fact.kind as FactKind]
      if (!flow) throw new Error(`No flow for facts of kind ${fact.kind}`)
      return flow(ctx, tx, fact)
    },
  }
}
