import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

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
  while (!(await condition())) {
    if (performance.now() > end) {
      const now = await left()
      if (now === before) throw new Error(`waited ${timeoutMs} ms in vain until ${what}\n${await instead()}`)
      before = now
      end = performance.now() + timeoutMs
    }
    await wait(LOOK_EVERY_MS)
  }
}
