import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { audit, listAudit } from '../../src/store/audit.ts'
import { inMemory } from './temporary.ts'

const BY = { actor: 'api', at: 1_700_000_000_000 } as const

test('an entry comes back as it was written down, the newest first', () =>
  inMemory(async (tx) => {
    await audit(tx, { ...BY, action: 'job.retried', target: 'job e7' })
    await audit(tx, { ...BY, action: 'opt_out.added', phone: '+12025550123', details: { from: null, source: 'api' } })
    const { data, next } = await listAudit(tx, { limit: 10 })
    const common = { actor: 'api', at: '2023-11-14T22:13:20.000Z' }
    const phone = '+12025550123'
    expect([data, next]).toEqual([
      [
        { ...common, id: '2', action: 'opt_out.added', target: null, phone, details: { from: null, source: 'api' } },
        { ...common, id: '1', action: 'job.retried', target: 'job e7', phone: null, details: {} },
      ],
      null,
    ])
  }))

test('no statement takes an entry away, and the only one that changes any hides the number of an erased customer', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const changes = files.flatMap((file) => {
    const statements = readFileSync(join('src', file), 'utf8').match(/(deleteFrom|updateTable)\('audit'\)[^\n]*/g) ?? []
    return statements.filter((text) => !text.startsWith("updateTable('audit').set({ phone:"))
  })
  expect(changes).toEqual([])
})
