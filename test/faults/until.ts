import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 50
/** The stand-ins live in the same process: a look that takes long must leave them most of the time. */
const SHARE = 10

/**
 * Looks again and again until it is so. Throws with `what` was waited for, and what is seen instead, when that takes more
 * than `timeoutMs` (default a minute) and `left` has not changed in that time.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  o: { timeoutMs?: number; left?: () => number | Promise<number>; instead?: () => string | Promise<string> } = {},
): Promise<void> {
  const { timeoutMs = 60_000, left = () => 0, instead = () => '' } = o
  let before = await left()
  let end = performance.now() + timeoutMs
  for (;;) {
    const from = performance.now()
    if (await condition()) return
    const took = performance.now() - from
    if (performance.now() > end) {
      const now = await left()
      if (now === before) throw new Error(`waited ${timeoutMs} ms in vain until ${what}\n${await instead()}`)
      before = now
      end = performance.now() + timeoutMs
    }
    await wait(Math.max(LOOK_EVERY_MS, SHARE * took))
  }
}
