import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** Looks again and again until it is so. Throws with `what` was waited for, and what is seen instead, when it never is. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  o: { timeoutMs?: number; instead?: () => string } = {},
): Promise<void> {
  const { timeoutMs = 60_000, instead = () => '' } = o
  const end = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}\n${instead()}`)
    await wait(LOOK_EVERY_MS)
  }
}
