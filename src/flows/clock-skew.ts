/** Clocks differ; what a vendor dates earlier than this before a call began cannot come from that call. Milliseconds. */
export const CLOCK_SKEW_MS = 60_000
