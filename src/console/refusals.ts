/** Why a request to the operator API is not obeyed: the code a program reads, its HTTP status, and what it means. */
export const REFUSALS = {
  bad_request: { status: 400, means: 'The request is not understood; the message says which part of it.' },
  unauthorized: { status: 401, means: 'The token is missing or wrong.' },
  forbidden: { status: 403, means: 'This did not come from a page of the console.' },
  not_found: { status: 404, means: 'There is no such thing.' },
  opted_out: { status: 409, means: 'The customer wants no texts from this number.' },
  wrong_status: { status: 409, means: 'The message has a status in which this cannot be done.' },
  erased: { status: 410, means: 'The message of this key was sent or canceled, and is erased by now.' },
  too_large: { status: 413, means: 'The body is larger than a megabyte.' },
  empty: { status: 422, means: 'A text needs words or a file.' },
  invalid_number: { status: 422, means: 'This is not a number that can be texted.' },
  no_phone: { status: 422, means: 'There is no such contact, or it has no phone number.' },
  too_long: { status: 422, means: 'A text holds 1,600 characters at most.' },
  unknown_sender: { status: 422, means: 'The sender is none of ours.' },
  wrong_token: { status: 401, means: 'This is not the token. It is CONSOLE_TOKEN of the bridge.' },
  locked: { status: 429, means: 'Too many wrong tokens.' },
  rate_limited: {
    status: 429,
    means: 'Too many requests in a minute; Retry-After says in how many seconds to come again.',
  },
  internal: { status: 500, means: 'Something went wrong; the log says what.' },
  unavailable: { status: 503, means: 'Twilio or Intercom does not answer; try again later.' },
} as const

export type RefusalCode = keyof typeof REFUSALS
