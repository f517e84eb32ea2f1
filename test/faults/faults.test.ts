import { expect, test } from '@jest/globals'
import { build } from './build.ts'
import type { Case } from './case.ts'
import { changes } from './cases/changes.ts'
import { damage } from './cases/damage.ts'
import { downs } from './cases/down.ts'
import { kills } from './cases/kills.ts'
import { storage } from './cases/storage.ts'
import { storm } from './cases/storm.ts'
import { PATHS, SYSTEM_CALLS, sweep } from './cases/sweep.ts'
import { vendorFaults } from './cases/vendor.ts'
import { seed } from './random.ts'

build()

const cases: Case[] = [
  kills(10),
  ...vendorFaults(1),
  ...changes,
  ...storage,
  ...damage,
  storm(15),
  ...downs({ stops: 2, interruptions: 3 }),
  ...SYSTEM_CALLS.flatMap((call) => [
    sweep('a first text', call, [1, 3, 7]),
    sweep('a reply and the next text', call, [2, 5, 9]),
  ]),
]

const flawless = { lost: 0, doubled: 0, disordered: 0, problems: [] }

for (const { name, missing, run } of cases) {
  const how = missing ? test.skip : test.concurrent
  how(
    missing ? `${name} (skipped: ${missing})` : `${name} (FAULT_SEED=${seed})`,
    async () => {
      expect(await run()).toMatchObject(flawless)
    },
    180_000,
  )
}
