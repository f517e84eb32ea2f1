import type { NotifyEntry } from '../config/behaviour.ts'
import type { ShownMessage } from '../store/read-messages.ts'

/** What a team may want to hear of, with the data that its webhooks get. Messages are those of the operator API. */
export type News =
  | { type: 'conversation.started'; data: { message: ShownMessage; conversationId: string | null } }
  | { type: 'message.received'; data: { message: ShownMessage; conversationId: string | null } }
  | { type: 'sms.failed'; data: { message: ShownMessage; conversationId: string | null } }
  | {
      type: 'opt_out.changed'
      data: {
        customer: string
        /** One of our numbers; null = all of them. */
        number: string | null
        optedOut: boolean
        source: string
        conversationId: string | null
      }
    }
  | {
      type: 'job.dead'
      data: {
        job: { id: string; kind: string; error: string }
        message: ShownMessage | null
        conversationId: string | null
      }
    }
  | { type: 'bridge.unhealthy'; data: { healthy: boolean; reasons: string[] } }

/** Something that happened, as it is told; `id` stays the same however often it is told again. */
export type TeamEvent = News & {
  id: string
  /** Unix ms. */
  at: number
}

/** As it leaves for the team, with a link to the conversation where there is one. */
export type ToldEvent = TeamEvent & { url: string | null }

/** Whether one target hears of something: at once, in its digest, or that depends on the tags of the conversation. */
export type Verdict = 'at once' | 'digest' | 'ask for tags' | 'not'

/**
 * What the entries of one target make of something. Each entry tells at once what its `when` is about; the rest goes into
 * its digest, if it has one. Whether the bridge works is no matter of words or numbers, and no news for later.
 * @param tags names of the conversation's tags, where they are known
 */
export function verdictOf(entries: readonly NotifyEntry[], news: News, tags?: readonly string[]): Verdict {
  const verdicts = entries.map((entry) => verdictOfEntry(entry, news, tags))
  return RANKS.find((verdict) => verdicts.includes(verdict)) ?? 'not'
}

const RANKS = ['at once', 'ask for tags', 'digest'] as const

function verdictOfEntry(entry: NotifyEntry, news: News, tags?: readonly string[]): Verdict {
  if (!entry.events.includes(news.type)) return 'not'
  if (news.type === 'bridge.unhealthy') return 'at once'
  const { contains, to, tag } = entry.when
  const rest = entry.digestMinutes > 0 ? 'digest' : 'not'
  if (contains === undefined && to === undefined && tag === undefined) return rest === 'digest' ? rest : 'at once'
  const { words, number } = subjectOf(news)
  if (contains !== undefined && !words.toLowerCase().includes(contains.toLowerCase())) return rest
  if (to !== undefined && number !== to) return rest
  if (tag === undefined) return 'at once'
  // The conversation of a text that has just come may not be there yet.
  if (tags === undefined) return news.data.conversationId || news.type === 'message.received' ? 'ask for tags' : rest
  return tags.some((name) => name.toLowerCase() === tag.toLowerCase()) ? 'at once' : rest
}

function subjectOf(news: Exclude<News, { type: 'bridge.unhealthy' }>): { words: string; number: string | null } {
  if (news.type === 'opt_out.changed') return { words: '', number: news.data.number }
  const { message } = news.data
  return { words: message?.body ?? '', number: message?.number ?? null }
}
