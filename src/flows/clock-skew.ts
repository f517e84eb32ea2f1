/** Clocks differ; what a vendor dates earlier than this before a call began cannot come from that call. Milliseconds. */
export const CLOCK_SKEW_MS = 60_000

/** Whatever may be as young as a call, by a clock that is ahead of ours, has been touched here since so long before it. */
export const MISTAKABLE_MS = 2 * CLOCK_SKEW_MS
