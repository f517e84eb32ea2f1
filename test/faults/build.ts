import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const INSTALL = fileURLToPath(new URL('../../scripts/install-once.mjs', import.meta.url))

/** The compiled program of the present sources: the faults happen to what `npm start` runs. */
export function build(): void {
  execFileSync(process.execPath, [INSTALL, '--build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
