import { type Case, kill, onStage } from '../case.ts'
import { accounted, settled } from '../oracle.ts'
import type { Stage } from '../stage.ts'
import { strace, tamper } from '../strace.ts'
import { reply, text } from '../traffic.ts'
import { until } from '../until.ts'

/** What the important paths say to the disk and to the network; connections are made on the first one only. */
export const SYSTEM_CALLS = ['pwrite64', 'fsync', 'write', 'writev'] as const
type SystemCall = (typeof SYSTEM_CALLS)[number] | 'connect'

interface Path {
  /** What has happened to the customer before. */
  before(stage: Stage, n: number): unknown
  go(stage: Stage, n: number): unknown
}

const STEPS = {
  'a first text': { before: () => {}, go: (stage, n) => text(stage, n, `${n} canary hello`) },
  'a reply and the next text': {
    before: (stage, n) => text(stage, n, `${n} canary hello`),
    go(stage, n) {
      reply(stage, n, `${n} canary yes`)
      return text(stage, n, `${n} canary good`)
    },
  },
} satisfies Record<string, Path>
export const PATHS = ['a first text', 'a reply and the next text'] as const

/** Longer than any path. */
const MOST_CALLS = 500
/** Nothing is late here, so doubts need not be long; and little else is to be done meanwhile. */
const QUIET = { timing: { settleSeconds: 0.8 }, reconcile: { everyMinutes: 0.2 } }

/**
 * Killed on entering the kth system call of a kind on the way along a path, each time another customer's.
 * @param ks which ones; `every` goes on until a path comes to its end alive
 */
export function sweep(path: (typeof PATHS)[number], call: SystemCall, ks: number[] | 'every'): Case {
  const which = ks === 'every' ? 'every' : `number ${ks.join(', ')}`
  return {
    name: `killed on ${path}, on entering ${call}: ${which}`,
    missing: strace,
    run: () => onStage(QUIET, (stage) => killAtEach(stage, STEPS[path], call, ks)),
  }
}

async function killAtEach(stage: Stage, path: Path, call: SystemCall, ks: number[] | 'every'): Promise<number> {
  const places = ks === 'every' ? Array.from({ length: MOST_CALLS }, (_, n) => n + 1) : ks
  let killed = 0
  for (const [n, k] of places.entries()) {
    await path.before(stage, n)
    await settled(stage)
    if (!(await killAt(stage, call, k, () => path.go(stage, n)))) break
    killed++
    await settled(stage)
  }
  return killed
}

/** False when it came to its end alive. Either way, a bridge runs afterwards that nobody tampers with. */
async function killAt(stage: Stage, call: SystemCall, k: number, go: () => unknown): Promise<boolean> {
  const { bridge } = stage
  const release = await tamper(bridge, `${call}:signal=KILL:when=${k}`)
  void bridge.end()
  await go()
  await until(`${call} ${k} kills, or the path is done`, async () => bridge.pid === null || (await accounted(stage)))
  const died = bridge.pid === null
  await release()
  await kill(stage)
  await stage.start()
  return died
}
