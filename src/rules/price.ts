export interface Priced {
  /** Twilio's, a negative decimal for what it took. */
  price: string
  segments: number
}

/** What a segment has cost on average, in the currency of the Twilio account; null while nothing is known. */
export function pricePerSegment(texts: Priced[]): number | null {
  const segments = texts.reduce((sum, text) => sum + text.segments, 0)
  const paid = texts.reduce((sum, { price }) => sum + Math.abs(Number(price)), 0)
  return segments > 0 && Number.isFinite(paid) ? paid / segments : null
}
