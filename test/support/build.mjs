import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const INSTALL = fileURLToPath(new URL('../../scripts/install-once.mjs', import.meta.url))

/** Before any test: some run the compiled program in a process of its own, and only one may compile it. */
export default function build() {
  execFileSync(process.execPath, [INSTALL, '--build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
