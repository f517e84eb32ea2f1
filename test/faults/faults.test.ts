import type { Case } from './case.ts'
import { changes } from './cases/changes.ts'
import { damage } from './cases/damage.ts'
import { downs } from './cases/down.ts'
import { kills } from './cases/kills.ts'
import { storage } from './cases/storage.ts'
import { storm } from './cases/storm.ts'
import { sweep } from './cases/sweep.ts'
import { vendorFaults } from './cases/vendor.ts'
import { testEach } from './verdict.ts'

/** The short form: each kind of fault once. All of them, many times: npm run test:faults. */
const cases = [
  ...changes,
  kills(5),
  storm(8),
  ...downs({ stops: 2, interruptions: 2 }),
  ...vendorFaults(
    [
      'acts, then resets the connection',
      'acts, but answers 500',
      'acts late, and never answers',
      'acts, and answers half',
      'never answers',
      'answers 429, come back in a second',
    ],
    1,
  ),
  ...some(storage, 'the disk is full', 'sync', 'overwritten', 'second bridge'),
  ...some(damage, 'a call that cannot be read', 'a fact has a body'),
  sweep('a first text', 'pwrite64', [1, 5, 20]),
  sweep('a reply and the next text', 'fsync', [1, 3]),
]

function some(all: Case[], ...words: string[]): Case[] {
  return all.filter(({ name }) => words.some((word) => name.includes(word)))
}

testEach(cases, { concurrently: true })
