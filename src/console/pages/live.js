import { ask } from './ask.js'

const LOOK_EVERY_MS = 1500
/** What changes without a text, such as a service that refuses our token. */
const LOOK_ANYWAY_MS = 10_000

const listeners = new Set()
let last = null
let lastTold = 0

/** Calls the listener whenever something has changed at the bridge. Returns what ends that. */
export function whenChanged(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Looks for changes for as long as somebody looks at the page. */
export function keepLooking() {
  const timer = setInterval(look, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  }
}

async function look() {
  if (document.visibilityState === 'hidden') return
  // Where the bridge does not answer, the health of the page itself has changed.
  const { mark } = await ask('pulse', { background: true }).catch(() => ({ mark: 'none' }))
  const now = performance.now()
  if (mark === last && now - lastTold < LOOK_ANYWAY_MS) return
  last = mark
  lastTold = now
  for (const listener of listeners) listener()
}
