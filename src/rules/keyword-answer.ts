import { containsWords, wholeTextIn } from './keywords.ts'

/** An entry under `keywords` of the behaviour file. */
export interface Keyword {
  words: readonly string[]
  match: 'exact' | 'contains'
}

/** The first entry that a text asks for: by being one of its words, or by having one of them in it. */
export function keywordFor<K extends Keyword>(keywords: readonly K[], text: string): K | null {
  const asked = keywords.find(({ words, match }) =>
    match === 'exact' ? wholeTextIn(text, words) !== null : words.some((word) => containsWords(text, word)),
  )
  return asked ?? null
}
