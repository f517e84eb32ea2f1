import { expect, test } from '@jest/globals'
import { type Finding, fail, ok, warn } from '../../src/doctor/check.ts'
import { createStanding } from '../../src/doctor/standing.ts'
import { createLog } from '../../src/log.ts'
import { keepStanding } from '../../src/standing.ts'

const MINUTE = 60_000
const WELL = [ok('disk', 'There is room.'), warn('clock', 'It is late.', 'Set it.')]
const ILL = [
  fail('webhook +12025550199', 'not_set: none.', 'Set it.', { stopsTexts: true }),
  fail('clock', 'Off.', 'Set it.'),
]

function standingWith(first: Finding[]) {
  const world = { findings: first, at: 0, looks: 0 }
  const examine = async () => {
    world.looks += 1
    return world.findings
  }
  return { world, standing: createStanding({ examine, now: () => world.at }) }
}

const ends: (() => void)[] = []

test('a bridge that is well is looked at every hour', async () => {
  const { world, standing } = standingWith(WELL)
  for (world.at = 0; world.at < 120 * MINUTE; world.at += 5 * MINUTE) await standing.lookIfDue()
  expect(world.looks).toBe(2)
})

test('one that is not is looked at again soon, until it is', async () => {
  const { world, standing } = standingWith(ILL)
  await standing.lookIfDue()
  world.at += 5 * MINUTE
  world.findings = WELL
  await standing.lookIfDue()
  world.at += 5 * MINUTE
  await standing.lookIfDue()
  expect(world.looks).toBe(2)
  expect(standing.last()).toMatchObject({ ok: true, checkedAt: 5 * MINUTE })
})

test('only what fails twice running counts, by name; no whole number is told', async () => {
  const { world, standing } = standingWith(ILL)
  await standing.look()
  expect([standing.stopsTexts(), standing.failing()]).toEqual([[], []])
  await standing.look()
  expect(standing.stopsTexts()).toEqual(['webhook +1202•••0199: not_set: none.'])
  expect(standing.failing()).toEqual(['webhook +1202•••0199: not_set: none.', 'clock: Off.'])
  world.findings = WELL
  await standing.look()
  expect(standing.failing()).toEqual([])
})

test('whoever asks during a look shares it', async () => {
  const { world, standing } = standingWith(WELL)
  await Promise.all([standing.look(), standing.look()])
  expect(world.looks).toBe(1)
})

test('the bridge looks by itself, but not while it is only just being connected; a look that goes wrong ends nothing', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', pii: false }, { write: (line) => lines.push(line) })
  const from = performance.now()
  const looked = await new Promise<number[]>((resolve) => {
    const at: number[] = []
    const lookIfDue = async () => {
      at.push(performance.now() - from)
      if (at.length === 2) resolve(at)
      throw new Error('broken')
    }
    const stop = keepStanding({ log }, { lookIfDue }, 1 / 60)
    ends.push(stop)
  })
  for (const end of ends.splice(0)) end()
  // It is asked every second; the first time is let go by.
  expect(looked[0]).toBeGreaterThan(900)
  expect(lines[0]).toContain('The checks could not be made')
})
