/** What the bridge needs in an Intercom workspace, by its names there. */

/** Ticked in the Developer Hub under Webhooks; Intercom has no API for it. README, "Connect it for real". */
export const TOPICS = [
  'conversation.admin.replied',
  'conversation.operator.replied',
  'conversation.admin.closed',
  'conversation.admin.opened',
  'conversation.admin.assigned',
  'conversation.admin.open.assigned',
  'conversation.admin.snoozed',
  'conversation.admin.unsnoozed',
  'conversation.admin.single.created',
  'conversation.user.created',
  'conversation.user.replied',
  'conversation.deleted',
  'conversation.admin.noted',
  'conversation_part.tag.created',
  'conversation.contact.detached',
  'contact.merged',
  'contact.archived',
  'contact.deleted',
] as const

/** Needed only for `welcome`. */
export const WELCOME_TOPICS = ['contact.user.created', 'contact.lead.created'] as const

/**
 * As the Developer Hub names them, under Authentication; the last one is for the note `/switch` alone.
 * https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/oauth-scopes
 */
export const PERMISSIONS = [
  'Read and list users and companies',
  'Read one user and one company',
  'Write users and companies',
  'Read conversations',
  'Write conversations',
  'Read tags',
  'Write tags',
  'Read admins',
  'Write data attributes',
  'Create phone call redirects',
] as const

export interface WantedAttribute {
  model: 'contact' | 'conversation'
  name: string
  type: 'string' | 'boolean' | 'integer' | 'datetime'
}

const ALWAYS: readonly WantedAttribute[] = [
  { model: 'contact', name: 'last_sms_sid', type: 'string' },
  { model: 'contact', name: 'sms_opted_out', type: 'boolean' },
  { model: 'contact', name: 'sms_opted_out_at', type: 'datetime' },
  { model: 'conversation', name: 'sms_number', type: 'string' },
  { model: 'conversation', name: 'sms_customer', type: 'string' },
  { model: 'conversation', name: 'sms_place', type: 'string' },
  { model: 'conversation', name: 'sms_earlier_conversations', type: 'integer' },
  { model: 'conversation', name: 'sms_opt_outs', type: 'string' },
]

/** @param surveyAnswers null without a survey; whole numbers are kept as numbers, anything else as words */
export function wantedAttributes(surveyAnswers: readonly string[] | null): readonly WantedAttribute[] {
  if (surveyAnswers === null) return ALWAYS
  const type = surveyAnswers.every((answer) => /^\d+$/.test(answer)) ? 'integer' : 'string'
  return [...ALWAYS, { model: 'conversation', name: 'sms_rating', type }]
}

/** How Intercom lists an attribute that takes such values; what it lists differs from what it was made with. */
const LISTED_AS: Record<WantedAttribute['type'], readonly string[]> = {
  string: ['string'],
  boolean: ['boolean'],
  integer: ['integer', 'float', 'decimal'],
  datetime: ['datetime', 'date'],
}

export const takes = (listedType: string, wanted: WantedAttribute): boolean =>
  LISTED_AS[wanted.type].includes(listedType)
