import { type Bridge, startBridge } from './bridge.ts'
import { formatFaults, loadConfig } from './config/load.ts'
import { ConfigError } from './errors.ts'
import { createLog } from './log.ts'
import { keepNewFilesPrivate } from './private-files.ts'

/** Exit code for a configuration that cannot work, so that a supervisor can tell it from a crash. */
const EXIT_CONFIG = 2

async function main(): Promise<void> {
  keepNewFilesPrivate()
  const { config, warnings } = loadConfig()
  const log = createLog({ level: config.logLevel, pii: config.logPii })
  for (const warning of warnings) log.warn(warning)
  let bridge: Bridge | undefined
  function stop(code: number): void {
    log.info('stopping')
    Promise.resolve(bridge?.stop()).then(
      () => process.exit(code),
      () => process.exit(1),
    )
  }
  bridge = await startBridge(config, { log, now: Date.now, giveUp: () => stop(1) })
  process.once('SIGTERM', () => stop(0))
  process.once('SIGINT', () => stop(0))
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${formatFaults(error)}\n`)
    process.exit(EXIT_CONFIG)
  }
  process.stderr.write(`The bridge could not start. ${error instanceof Error ? error.message : ''}\n`)
  process.exit(1)
})
