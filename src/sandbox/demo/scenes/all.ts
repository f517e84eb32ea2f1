import { AFTER } from './after.ts'
import { ANSWERS } from './answers.ts'
import { CONSENT } from './consent.ts'
import { FAILURES } from './failures.ts'
import { FILES } from './files.ts'
import { INBOX } from './inbox.ts'
import { PROGRAM } from './program.ts'
import { ROUTING } from './routing.ts'
import type { Scene } from './scene.ts'
import { THREADS } from './threads.ts'

export const SCENES: readonly Scene[] = [
  ...THREADS,
  ...ROUTING,
  ...CONSENT,
  ...ANSWERS,
  ...INBOX,
  ...PROGRAM,
  ...FILES,
  ...AFTER,
  ...FAILURES,
]
