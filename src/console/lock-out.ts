/** So many wrong tokens are forgiven; then each doubles the pause. */
const FORGIVEN = 5
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 15 * 60_000
/** Those who try longest ago are forgotten first. */
const MOST_ADDRESSES = 1000

/** Keeps whoever guesses from guessing on. In memory, for one process: with several, each forgives as many. */
export interface LockOut {
  /** Seconds until this address may try again; 0 when it may now. */
  wait(address: string): number
  wrong(address: string): void
  right(address: string): void
}

/**
 * Counts by the address of the connection, not by what headers claim. Behind a proxy that is one address for all, so there
 * everybody waits who has yet to sign in, and nobody who has.
 */
export function createLockOut(now: () => number): LockOut {
  const tries = new Map<string, { count: number; until: number }>()
  return {
    wait: (address) => Math.max(0, Math.ceil(((tries.get(address)?.until ?? 0) - now()) / 1000)),
    wrong(address) {
      const count = (tries.get(address)?.count ?? 0) + 1
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - FORGIVEN))
      tries.delete(address)
      tries.set(address, { count, until: count < FORGIVEN ? 0 : now() + pause })
      const [oldest] = tries.keys()
      if (tries.size > MOST_ADDRESSES && oldest !== undefined) tries.delete(oldest)
    },
    right: (address) => void tries.delete(address),
  }
}
