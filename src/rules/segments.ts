import { SegmentedMessage } from 'sms-segments-calculator'

/** The most characters Twilio takes in one message: https://www.twilio.com/docs/api/errors/21617 */
export const MAX_SMS_LENGTH = 1600

/** Beyond this the exact number matters to nobody, and counting would block. */
const MAX_COUNTED = 10_000

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export interface SegmentCount {
  segments: number
  encoding: 'GSM-7' | 'UCS-2'
}

/** Segments the carriers bill: 160/153 GSM-7 or 70/67 UCS-2 characters each. Only 10,000 characters are counted. */
export function countSegments(body: string): SegmentCount {
  const message = new SegmentedMessage(body.slice(0, MAX_COUNTED))
  return { segments: message.segmentsCount, encoding: message.encodingName }
}

/**
 * Pieces of at most `max` UTF-16 units (at least 2), none of them empty: split at whitespace, which is dropped there, or
 * between two grapheme clusters where there is none. Only a cluster longer than `max` is cut, between code points.
 */
export function splitBody(body: string, max: number = MAX_SMS_LENGTH): string[] {
  const pieces: string[] = []
  let rest = body.length > max ? body.trim() : body
  while (rest.length > max) {
    const end = splitPoint(rest, max)
    pieces.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return rest.trim() === '' ? pieces : [...pieces, rest]
}

function splitPoint(rest: string, max: number): number {
  let lastSpace = 0
  let lastBoundary = 0
  // Two units more than `max`, so that the cluster at the limit is seen whole or seen to go on.
  for (const { segment, index } of graphemes.segment(rest.slice(0, max + 2))) {
    if (index > max) break
    lastBoundary = index
    if (segment.trim() === '') lastSpace = index
  }
  if (lastSpace > 0) return lastSpace
  if (lastBoundary > 0) return lastBoundary
  return /\p{Surrogate}$/u.test(rest.slice(0, max)) ? max - 1 : max
}
