import { startDemo } from './demo/start.ts'

/** Always the same address where possible, so that a tab left open finds the next demo. */
const PORT = 4455
/** Ctrl-C means now: a call under way is not worth waiting for. */
const GRACE_MS = 2000

const demo = await startDemo({ port: PORT })
process.stdout.write(`The demo is at ${demo.url} (Ctrl-C ends it)\n`)

function stop(): void {
  setTimeout(() => process.exit(0), GRACE_MS).unref()
  demo.close().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
