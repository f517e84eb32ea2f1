import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Resolves when `read()` is true; throws, naming `what`, after so many seconds. The stand-ins' own `until` looks after
 * every request, three times: where a look goes through the whole inbox, they would be busy with nothing else.
 */
export async function untilSo(what, read, seconds = 60) {
  const end = performance.now() + seconds * 1000
  while (!read()) {
    if (performance.now() > end) throw new Error(`Not within ${seconds} s: ${what}`)
    await sleep(50)
  }
}
