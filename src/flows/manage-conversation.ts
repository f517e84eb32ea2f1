import type { VendorError } from '../errors.ts'
import { addEffects } from '../queue/jobs.ts'
import type { Effect, EffectFlow, Step } from '../queue/work.ts'
import { notAssigned } from '../rules/notes.ts'
import { assigneeIn } from '../rules/routing.ts'
import type { Tx } from '../store/database.ts'
import { type Thread, threadOfConversation } from '../store/threads.ts'
import { traced } from '../trace.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import type { AssigneeKind, Intercom } from './ports.ts'
import { addNote } from './post-note.ts'

/** A team or teammate, by id or name, as the behaviour file has it. */
interface Assignment {
  kind: AssigneeKind
  name: string
}

/** What is to be done with a conversation. */
export type Managed = { conversationId: string } & (
  | { do: 'read' }
  | { do: 'close' }
  | { do: 'open' }
  | { do: 'title'; title: string }
  /** Without a name: the tag of every conversation of the bridge. */
  | { do: 'tag'; name?: string }
  | { do: 'assign'; to: Assignment }
  /** With attributes that the workspace has; the others are left out. */
  | { do: 'describe'; attributes: Record<string, string | number> }
  /** With attributes of our own, which are made where the workspace has none. */
  | { do: 'mark'; attributes: Record<string, string | number> }
)

interface Answer {
  /** There is nobody of that name to assign it to. */
  unknown?: boolean
}

/** Has it done at the desk of the thread's customer, where no text waits for it. */
export async function manage(
  ctx: Ctx,
  tx: Tx,
  { customer }: Thread,
  body: Managed,
  messageId: number | null = null,
): Promise<void> {
  await addEffects(tx, [{ kind: 'conversation.manage', lane: laneOf.desk(customer), messageId, body }], ctx.now())
}

/** Tags a conversation, marks it read, opens, closes, assigns or describes it, or gives it a title. Each may be repeated. */
export function manageConversation(ctx: Ctx): EffectFlow {
  const step: Step<Managed, Answer> = {
    repeatable: true,
    send: (request) => call(ctx, request),
    async accepted(tx, effect, request, { unknown }) {
      if (unknown) await tellNotAssigned(ctx, tx, effect, request, 'Intercom knows nobody, or several, of that name.')
      return 'done'
    },
  }
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    async gaveUp(tx: Tx, effect: Effect, error: VendorError) {
      await tellNotAssigned(ctx, tx, effect, JSON.parse(effect.body), error.message)
      return 'dead'
    },
    plan: async (_tx, effect) => {
      const request: Managed = JSON.parse(effect.body)
      const cost = request.do === 'describe' ? ctx.intercom.callsToDescribe(request.attributes) : 1
      return cost > 0 ? { step: request.do, request, cost } : 'nothing to do'
    },
    steps: { tag: step, read: step, open: step, close: step, title: step, assign: step, describe: step, mark: step },
  }
}

async function call({ intercom }: Ctx, request: Managed): Promise<Answer> {
  const { conversationId } = request
  if (request.do === 'assign') return assign(intercom, conversationId, request.to)
  if (request.do === 'tag') await intercom.tagConversation(conversationId, request.name)
  else if (request.do === 'read') await intercom.markRead(conversationId)
  else if (request.do === 'open') await intercom.reopenConversation(conversationId)
  else if (request.do === 'close') await intercom.closeConversation(conversationId)
  else if (request.do === 'title') await intercom.titleConversation(conversationId, request.title)
  else if (request.do === 'mark') await intercom.markConversation(conversationId, request.attributes)
  else await intercom.describeConversation(conversationId, request.attributes)
  return {}
}

async function assign(intercom: Intercom, conversationId: string, { kind, name }: Assignment): Promise<Answer> {
  const assignee = assigneeIn(await intercom.assignees(kind), name)
  if (!assignee) return { unknown: true }
  await intercom.assignConversation({ conversationId, kind, id: assignee.id })
  return {}
}

/** Somebody waits for a conversation that does not come; anything else is not worth the noise in the inbox. */
async function tellNotAssigned(ctx: Ctx, tx: Tx, effect: Effect, request: Managed, sentence: string): Promise<void> {
  if (request.do !== 'assign') return
  const { conversationId, to } = request
  const ids = { ...traced(tx), effect: effect.id, message: effect.messageId, conversation: conversationId }
  ctx.log.warn({ ...ids, kind: to.kind, assignee: to.name }, 'not assigned')
  const thread = await threadOfConversation(tx, conversationId)
  if (!thread) return
  const html = notAssigned({ assignee: `the ${to.kind} \u201c${to.name}\u201d`, sentence })
  await addNote(ctx, tx, { thread, messageId: effect.messageId, conversationId, html })
}
