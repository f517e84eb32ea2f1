/** What is known of a customer's recent texts, newest first, this one included. */
export interface Exchange {
  /** Unix ms. */
  now: number
  received: readonly { body: string; at: number }[]
  /** When the bridge said something to the customer by itself (Unix ms). */
  said: readonly number[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A person who gets no other answer does not ask in the same words a fourth time within an hour. */
const SAME_WORDS_PER_HOUR = 3
/** Nobody has read, thought and typed that often in a minute, nor in an hour. */
const SAID_PER_MINUTE = 5
const SAID_PER_HOUR = 30

/**
 * Whether answering by itself looks like talking to another machine, which would go on for ever: the carriers themselves
 * stop at 30 answers in 30 seconds (https://www.twilio.com/docs/api/errors/14107).
 * @param perMinute as many texts a customer may send in a minute
 */
export function looksLikeLoop({ now, received, said }: Exchange, perMinute: number): boolean {
  const within = (ms: number) => (at: number) => at > now - ms
  const [latest] = received
  const same = received.filter(({ body, at }) => within(HOUR_MS)(at) && plain(body) === plain(latest?.body ?? ''))
  return (
    received.filter(({ at }) => within(MINUTE_MS)(at)).length > perMinute ||
    same.length > SAME_WORDS_PER_HOUR ||
    said.filter(within(MINUTE_MS)).length >= SAID_PER_MINUTE ||
    said.filter(within(HOUR_MS)).length >= SAID_PER_HOUR
  )
}

const plain = (body: string) => body.toLowerCase().replace(/\s+/g, ' ').trim()
