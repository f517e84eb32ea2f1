import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/**
 * Looks again and again until it is so. Throws with `what` was waited for, and what is seen instead, when that takes more
 * than `timeoutMs` (default a minute), or more than that since `left` last changed.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  o: { timeoutMs?: number; left?: () => number; instead?: () => string } = {},
): Promise<void> {
  const { timeoutMs = 60_000, left = () => 0, instead = () => '' } = o
  let before = left()
  let end = performance.now() + timeoutMs
  while (!(await condition())) {
    const now = left()
    if (now !== before) end = performance.now() + timeoutMs
    before = now
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}\n${instead()}`)
    await wait(LOOK_EVERY_MS)
  }
}
