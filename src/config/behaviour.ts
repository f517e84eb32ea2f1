import * as z from 'zod'
import {
  country,
  date,
  list,
  secret,
  section,
  sender,
  span,
  template,
  time,
  timezone,
  url,
  words,
  wordsOrDigits,
} from './values.ts'

const threads = section({
  reopenWithinDays: z
    .number()
    .min(0)
    .max(3650)
    .default(5)
    .describe('A text within this many days of closing goes to the same conversation and reopens it'),
  scope: z
    .enum(['number', 'customer'])
    .default('number')
    .describe('number: one thread per (own number, customer); customer: one per customer'),
})

const contacts = section({
  role: z.enum(['user', 'lead']).default('user').describe('Role of the contacts the bridge creates'),
  externalId: z
    .boolean()
    .default(true)
    .describe('With role user: external_id "sms:<E.164>", which makes creation safe to repeat'),
})

const replies = section({
  relayBots: z.boolean().default(true).describe('Replies by Fin, bots and workflows are texted too'),
  markRead: z
    .boolean()
    .default(true)
    .describe('Mark the conversation read once the text is accepted, so that Intercom does not email it as well'),
  // More than the 1,600 characters that Twilio takes go out in several texts: https://www.twilio.com/docs/api/errors/21617
  maxSegments: z.int().min(1).max(100).default(10).describe('A longer reply is not sent; the agent gets a note'),
  signature: template.default('').describe('Liquid template put after every reply'),
})

const media = section({
  inbound: z.enum(['attach', 'note']).default('attach').describe('What becomes of pictures a customer sends'),
  outbound: z.enum(['mms', 'link', 'off']).default('mms').describe('What becomes of files an agent sends'),
})

const STOP = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'OPT OUT']

const optOut = section({
  repliesBy: z.enum(['twilio', 'bridge']).default('twilio').describe('Who answers STOP, START and HELP'),
  stop: z.array(wordsOrDigits).min(1).default(STOP).describe('A text that is exactly one of these opts out'),
  start: z
    .array(wordsOrDigits)
    .min(1)
    .default(['START', 'UNSTOP', 'YES', 'JOIN'])
    .describe('Opts in again; YES only counts for someone who is opted out'),
  help: z.array(wordsOrDigits).default(['HELP', 'INFO']).describe('Asks for help'),
  stopReply: template.default('').describe('Used when repliesBy is bridge'),
  startReply: template.default('').describe('Used when repliesBy is bridge'),
  helpReply: template.default('').describe('Used when repliesBy is bridge'),
})

const hours = z.strictObject({
  timezone: timezone.describe('IANA name, such as America/New_York'),
  week: z
    .partialRecord(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), z.array(span))
    .describe('Opening times per day, "09:00-17:00"; a day left out is closed'),
  closedOn: list(date).describe('Dates closed all day, "2026-12-25"'),
})

const autoReplies = section({
  firstMessage: template.default('').describe('Answer to the first text of a new conversation, in hours'),
  outOfHours: template.default('').describe('Answer to a text outside hours'),
  cooldownHours: z
    .number()
    .min(0)
    .max(8760)
    .default(24)
    .describe('At most one automatic reply of a kind per customer in this time'),
})

const keyword = z.strictObject({
  words: z.array(wordsOrDigits).min(1).describe('Any of these'),
  match: z.enum(['exact', 'contains']).default('exact').describe('exact: the whole text; contains: anywhere in it'),
  reply: template.default('').describe('Texted back'),
  tag: words.optional().describe('Put on the conversation'),
  stopProcessing: z.boolean().default(false).describe('Answered, not put into the inbox'),
})

const route = z.strictObject({
  when: section({
    to: sender.optional().describe('The sender of ours that was texted'),
    country: country.optional().describe('Where the customer is: two letters'),
    contains: wordsOrDigits.optional().describe('Anywhere in the text, in any case'),
    keyword: wordsOrDigits.optional().describe('The whole text'),
  }),
  // biome-ignore lint/suspicious/noThenProperty: the word of the behaviour file; this object is never awaited
  then: z
    .strictObject({
      team: wordsOrDigits.optional().describe('Id or name'),
      admin: wordsOrDigits.optional().describe('Id or name'),
      tag: words.optional().describe('Put on the conversation'),
      priority: z.boolean().optional().describe('Puts the tag "priority" on it'),
      note: words.optional().describe('Written into it'),
    })
    .refine((action) => Object.keys(action).length > 0, {
      error: 'needs at least one of team, admin, tag, priority, note',
      // a misspelt action is told once, as such
      when: ({ issues }) => issues.length === 0,
    }),
})

const quietHours = z
  .strictObject({
    from: time.describe('"21:00"'),
    to: time.describe('"08:00"'),
    timezone: z
      .enum(['customer', 'business'])
      .default('customer')
      .describe("customer: by the customer's number; business: the zone under hours"),
  })
  .refine(({ from, to }) => from !== to, 'must end at another time than it begins')

export const NOTIFY_EVENTS = [
  'conversation.started',
  'message.received',
  'sms.failed',
  'opt_out.changed',
  'job.dead',
  'bridge.unhealthy',
] as const

const notification = {
  events: z
    .array(z.enum(NOTIFY_EVENTS))
    .min(1)
    .default([...NOTIFY_EVENTS])
    .describe('Default: all of them'),
  when: section({
    contains: wordsOrDigits.optional().describe('Words in the text, in any case'),
    to: sender.optional().describe('The sender of ours'),
    tag: words.optional().describe('Tag of the conversation'),
  }).describe('What holds is told at once; the rest goes into the digest, or is not told where there is none'),
  digestMinutes: z.number().min(0).max(1440).default(0).describe('Gather the rest for this long; 0: no digest'),
}

const notify = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slack'), url: url.describe('Its webhook'), ...notification }),
  z.strictObject({
    kind: z.literal('webhook'),
    url: url.describe('Where it is posted'),
    secret: secret.describe('Signs it'),
    ...notification,
  }),
  z.strictObject({
    kind: z.literal('email'),
    to: z.email('must be an e-mail address').describe('Who gets it'),
    ...notification,
  }),
])

/** Whom to tell of what. */
export type NotifyEntry = z.infer<typeof notify>

const survey = z.strictObject({
  question: template.min(1).default('How did we do? 1-5').describe('Texted when a conversation closes'),
  answers: z.array(wordsOrDigits).min(1).default(['1', '2', '3', '4', '5']).describe('A text that is one of these'),
  validHours: z.number().positive().max(8760).default(24).describe('Later, they are words like any other'),
  low: z.int().min(0).max(100).default(2).describe('Answers up to this one are low'),
  thanks: template.default('').describe('Texted after an answer'),
  team: wordsOrDigits.optional().describe('Id or name of the team that gets conversations with a low answer'),
})

const responder = z.strictObject({
  url: url.describe('Your bot'),
  secret: secret.describe('Signs what it is asked'),
  timeoutSeconds: z.number().positive().max(60).default(10).describe('For its answer'),
})

const retention = section({
  days: z.int().min(1).max(36500).nullable().default(null).describe('null: kept for ever'),
  redactAtTwilio: z.boolean().default(false).describe('What is erased here is redacted at Twilio'),
})

const rate = z.number().positive().max(10000)

const limits = section({
  intercomPerMinute: z.int().min(1).max(100000).default(9000).describe("Kept below the app's own 10,000"),
  twilioPerSecond: z
    .union(
      // one shape for the code: { default, <sender>: … }
      [rate.transform((all) => ({ default: all })), z.record(z.union([z.literal('default'), sender]), rate)],
      { error: 'must be a number above 0, or a number per sender: { default: 1, "+12025550111": 10 }' },
    )
    .transform((rates): { default: number; [sender: string]: number } => ({ default: 1, ...rates }))
    .prefault(1)
    .describe('Per sender; or { default: 1, "+12025550111": 10 }'),
  inboundPerCustomerPerMinute: z
    .int()
    .min(1)
    .max(100000)
    .default(30)
    .describe('Above: still recorded and posted, but no automatic replies'),
  allowedCountries: list(country).describe('Not empty: texts to other countries are blocked with a note'),
})

const timing = section({
  requestTimeoutSeconds: z.number().positive().max(300).default(10).describe('One call to a vendor'),
  leaseSeconds: z.number().positive().max(3600).default(60).describe("A dead worker's lanes are taken over after this"),
  settleSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(60)
    .describe('Before a lookup may decide what became of an uncertain call'),
  retryBaseSeconds: z
    .number()
    .positive()
    .max(900)
    .default(1)
    .describe('Doubled per attempt with jitter, at most 15 minutes'),
  maxAttempts: z.int().min(1).max(1000).default(12).describe('Then the job is dead and a note says so'),
})

const reconcile = section({
  everyMinutes: z.number().positive().max(1440).default(5).describe('Between two looks for what was missed'),
  overlapMinutes: z.number().min(0).max(43200).default(360).describe('Each looks back so long before the last one'),
  onStart: z.boolean().default(true).describe('Look at the start as well'),
  maxDays: z.number().positive().max(365).default(7).describe('How far back at most'),
})

/** The behaviour file. Every key is optional; unknown ones are refused at every depth. */
export const behaviourSchema = z
  .strictObject({
    threads,
    contacts,
    tag: words.max(255).default('sms-channel').describe('Tag of every conversation of the bridge'),
    replies,
    startFromInbox: z
      .enum(['command', 'off'])
      .default('command')
      .describe('command: a note "/sms text", or a conversation a teammate started and tagged'),
    media,
    optOut,
    hours: hours.nullable().default(null).describe('Business hours; absent: always open'),
    autoReplies,
    keywords: list(keyword),
    routing: list(route),
    welcome: template.default('').describe('Text to a new contact with a phone number; empty: off'),
    quietHours: quietHours.nullable().default(null).describe('Automatic texts wait in this time'),
    notify: list(notify),
    survey: survey.nullable().default(null).describe('Sent when the conversation closes'),
    responder: responder.nullable().default(null).describe('First answer by your own bot'),
    retention,
    limits,
    timing,
    reconcile,
  })
  .refine(({ quietHours, hours }) => quietHours?.timezone !== 'business' || hours !== null, {
    path: ['quietHours', 'timezone'],
    error: 'is business, but no hours.timezone is set',
  })

export type Behaviour = z.infer<typeof behaviourSchema>

/** JSON Schema of the behaviour file as it is written (before defaults), for editors. */
export function behaviourJsonSchema(): z.core.JSONSchema.BaseSchema {
  return { title: 'intercom-twilio-bridge behaviour file', ...z.toJSONSchema(behaviourSchema, { io: 'input' }) }
}
