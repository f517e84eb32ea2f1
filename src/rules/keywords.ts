/** Courtesy around a keyword does not make it a different word. */
const COURTESY = /^(?:please|pls|thanks|thank you)\s+|\s+(?:please|pls|thanks|thank you)$/g
const EDGES = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu

/**
 * The keyword a text is: the whole of it, or its first sentence, is exactly one of `words` after trimming case, spaces,
 * quotes, punctuation and courtesy. "Stop. Thank you" is STOP; "STOP 12345" and "STOP this bill" are no keywords.
 */
export function keywordIn(text: string, words: readonly string[]): string | null {
  const [firstSentence = ''] = text.trim().split(/[.!?\n]/, 1)
  const candidates = new Set([bare(text), bare(firstSentence)])
  return words.find((word) => candidates.has(bare(word))) ?? null
}

/** The word a text is: all of it, after the same trimming, so that nothing else it says is passed over. */
export function wholeTextIn(text: string, words: readonly string[]): string | null {
  const whole = bare(text)
  return words.find((word) => bare(word) === whole) ?? null
}

/** Whether a text has these words in it, whatever their case and spaces. */
export function containsWords(text: string, words: string): boolean {
  return evenly(text).includes(evenly(words))
}

/** For comparing words as people write them: without regard to case and to how they are spaced. */
export function evenly(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ')
}

function bare(text: string): string {
  // A keyword is short, and so is what surrounds it: no need to look at all of a long text.
  const trimmed = text.slice(0, 200).toLowerCase().replace(EDGES, '').replace(/\s+/g, ' ')
  return trimmed.replace(COURTESY, '').replace(EDGES, '')
}
