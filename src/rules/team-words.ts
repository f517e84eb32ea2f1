import { formatForPeople } from './phone.ts'
import type { ToldEvent } from './team-events.ts'

/** A letter to the team: one piece of news, or a digest of several. Plain text. */
export interface Words {
  /** One line without the customer's words. */
  subject: string
  text: string
}

const MOST_LINES = 50
const LONGEST_QUOTE = 300

/** What people read, in Slack and in e-mails. */
export function wordsFor(events: readonly ToldEvent[]): Words {
  const [first] = events
  if (events.length === 1 && first) return one(first)
  const lines = events.slice(0, MOST_LINES).map((event) => `• ${one(event).text.replaceAll('\n', '\n  ')}`)
  const subject = `${events.length} things happened`
  const left = events.length - lines.length
  return { subject, text: [`${subject}:`, ...lines, ...(left > 0 ? [`… and ${left} more.`] : [])].join('\n') }
}

/** For Slack, where three characters have a meaning of their own: https://docs.slack.dev/messaging/formatting-message-text */
export function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function one(news: ToldEvent): Words {
  const subject = subjectOf(news)
  return { subject, text: [subject, ...detailsOf(news)].join('\n') }
}

function subjectOf(news: ToldEvent): string {
  switch (news.type) {
    case 'conversation.started':
      return `New conversation with ${people(news.data.message.customer)}`
    case 'message.received':
      return `Text from ${people(news.data.message.customer)} to ${people(news.data.message.number)}`
    case 'sms.failed': {
      const uncertain = news.data.message.status === 'unknown'
      return `A text to ${people(news.data.message.customer)} ${uncertain ? 'may not have arrived' : 'failed'}`
    }
    case 'opt_out.changed': {
      const { customer, number, optedOut } = news.data
      const from = number === null ? 'all our numbers' : people(number)
      return `${people(customer)} ${optedOut ? 'has opted out of texts' : 'may be texted again'} from ${from}`
    }
    case 'job.dead':
      return `The bridge has given up on a job (${news.data.job.kind} ${news.data.job.id})`
    case 'bridge.unhealthy':
      return news.data.healthy ? 'The bridge is well again' : 'The bridge needs help'
  }
}

function detailsOf(news: ToldEvent): string[] {
  if (news.type === 'bridge.unhealthy') return news.data.reasons
  const link = news.url === null ? [] : [news.url]
  switch (news.type) {
    case 'opt_out.changed':
      return link
    case 'job.dead': {
      const { id, error } = news.data.job
      return [error, `Once the reason is gone, "npm run bridge -- retry ${id}" tries it again.`, ...link]
    }
    case 'sms.failed': {
      const { error, body } = news.data.message
      const why = error ? [`${error.message}${error.code ? ` (${error.code})` : ''}`] : []
      return [...why, ...quote(body), ...link]
    }
    default: {
      const { body, media } = news.data.message
      const files = media.length === 0 ? [] : [media.length === 1 ? 'with a file' : `with ${media.length} files`]
      return [...quote(body), ...files, ...link]
    }
  }
}

function quote(words: string): string[] {
  if (words.trim() === '') return []
  return [`“${words.length > LONGEST_QUOTE ? `${words.slice(0, LONGEST_QUOTE)}…` : words}”`]
}

/** A thread without a number leaves the choice to the Messaging Service. */
function people(address: string): string {
  return address === '' ? 'the Messaging Service' : formatForPeople(address)
}
