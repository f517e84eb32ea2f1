import { z } from 'zod'

/** How a step reads: `in` and `out` by the way the text travels, `retry` is not final, `failed` is. */
export interface Words {
  tone: 'in' | 'out' | 'done' | 'retry' | 'failed'
  title: string
  detail: string
  /** Steps with the same value are one step that happened several times. */
  repeats?: string
}

/** What the trail reads of a log line. */
export const lineSchema = z.object({
  level: z.string(),
  time: z.iso.datetime().transform((time) => Date.parse(time)),
  msg: z.string(),
  message: z.number().nullish(),
  effect: z.number().optional(),
  customer: z.string().optional(),
  conversation: z.string().optional(),
  sid: z.string().optional(),
  status: z.string().optional(),
  code: z.number().optional(),
  files: z.number().optional(),
  step: z.string().optional(),
  outcome: z.string().optional(),
  err: z.object({ message: z.string().optional() }).optional(),
})
export type Line = z.infer<typeof lineSchema>

const EVENTS: Record<string, (line: Line) => Words | null> = {
  'text received': () => words('in', 'Text received', 'Stored on disk before Twilio got its answer.'),
  'text posted': ({ conversation }) => words('in', 'Text posted to Intercom', `Conversation ${ending(conversation)}`),
  'reply received': ({ conversation }) => words('out', 'Reply received', `From conversation ${ending(conversation)}`),
  'text accepted by Twilio': ({ sid }) => words('out', 'Text accepted by Twilio', `Message ${ending(sid)}`),
  'text status': ({ status, code }) => statusWords(status, code),
  'opted out': () => words('in', 'Opt-out recorded', 'Nothing is texted to this customer any more.'),
  'opted in': () => words('in', 'Opt-out ended', 'The customer may be texted again.'),
  'given up': ({ err }) => words('failed', 'Given up', err?.message ?? ''),
  'outcome unknown': () => words('failed', 'Outcome unknown', 'It is not sent again; a note asks the agent to check.'),
}

/** What an accepted call did; null where a line of its own says it better. */
const DONE: Record<string, Words | null> = {
  'find contact': words('in', 'Contact found or created', 'By the phone number.'),
  'open conversation': null,
  'append part': null,
  'send text': null,
  tag: words('in', 'Conversation tagged', 'sms-channel'),
  close: words('done', 'Conversation closed', 'What follows goes on in a new one.'),
  read: words('out', 'Conversation marked read', 'So Intercom does not e-mail the reply as well.'),
  'update contact': words('out', 'Contact updated', 'With the message’s id.'),
  'post note': words('done', 'Note written for the agent', ''),
}

/** A line of the bridge's log in words for people; null for lines that add nothing to the story. */
export function describe(line: Line, { alreadyPosted }: { alreadyPosted: boolean }): Words | null {
  if (line.msg === 'attempt') return attemptWords(line, alreadyPosted)
  const event = EVENTS[line.msg]
  if (event) return event(line)
  if (line.level === 'info') return null
  return words(line.level === 'warn' ? 'retry' : 'failed', line.msg, line.err?.message ?? '')
}

/** What a call is for. */
const PURPOSE: Record<string, string> = {
  'find contact': 'find the contact',
  'open conversation': 'open the conversation',
  'append part': 'add the text to the conversation',
  'send text': 'hand the text to Twilio',
  tag: 'tag the conversation',
  read: 'mark the conversation read',
  'update contact': 'update the contact',
  'post note': 'write a note',
  'fetch attachments': 'fetch the attachment',
}

function attemptWords({ step = '', outcome, effect, err }: Line, alreadyPosted: boolean): Words | null {
  const detail = err?.message ?? ''
  const repeats = `${effect} ${step} ${outcome}`
  if (step.startsWith('look for: ')) return lookWords(step.replace('look for: ', ''), outcome, repeats)
  const purpose = PURPOSE[step] ?? step
  if (outcome === 'refused') return words('failed', `Refused to ${purpose}`, detail)
  if (outcome === 'uncertain')
    return words('retry', `No clear answer when trying to ${purpose}`, 'First it is looked up what became of that.')
  if (outcome === 'not accepted') return { ...words('retry', `Waits to ${purpose}`, detail), repeats }
  if (step === 'append part' && alreadyPosted) return words('in', 'Photo added to the conversation', '')
  const done = DONE[step]
  return done === undefined ? words('done', sentence(step), '') : done
}

function lookWords(step: string, outcome: string | undefined, repeats: string): Words {
  if (outcome === 'accepted') return words('done', `Found: ${step}`, 'It had worked, so it is not done again.')
  if (outcome === 'not found') return { ...words('retry', `Not there: ${step}`, ''), repeats }
  return { ...words('retry', `Cannot look yet: ${step}`, ''), repeats }
}

function statusWords(status: string | undefined, code: number | undefined): Words {
  if (status === 'delivered') return words('done', 'Delivered to the phone', '')
  if (status === 'failed' || status === 'undelivered') {
    return words('failed', 'Not delivered', code === undefined ? '' : `Twilio error ${code}`)
  }
  return words('out', `Twilio says: ${status}`, '')
}

function words(tone: Words['tone'], title: string, detail: string): Words {
  return { tone, title, detail }
}

const ending = (id = '') => `…${id.slice(-5)}`
const sentence = (step: string) => step.charAt(0).toUpperCase() + step.slice(1)
