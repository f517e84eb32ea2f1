import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { advanceStatus, type OutboundStatus } from '../../src/rules/status.ts'

test.each<[OutboundStatus, string, OutboundStatus]>([
  ['queued', 'accepted', 'queued'],
  ['scheduled', 'queued', 'queued'],
  ['queued', 'sending', 'sending'],
  ['queued', 'delivered', 'delivered'],
  ['sending', 'sent', 'sent'],
  ['sending', 'failed', 'failed'],
  ['sent', 'undelivered', 'undelivered'],
  ['sent', 'queued', 'sent'],
  ['sent', 'read', 'delivered'],
  ['sent', 'canceled', 'sent'],
  ['queued', 'canceled', 'canceled'],
  ['delivered', 'failed', 'delivered'],
  ['undelivered', 'delivered', 'undelivered'],
  ['canceled', 'sent', 'canceled'],
  ['blocked', 'delivered', 'blocked'],
  ['unknown', 'queued', 'unknown'],
  ['unknown', 'sending', 'unknown'],
  ['unknown', 'sent', 'sent'],
  ['unknown', 'delivered', 'delivered'],
  ['unknown', 'undelivered', 'undelivered'],
  ['sent', 'teleported', 'sent'],
  ['sent', 'constructor', 'sent'],
])('%s, then %s reported: %s', (current, reported, next) => {
  expect(advanceStatus(current, reported)).toBe(next)
})

test.each(['delivered', 'undelivered', 'failed'])('callbacks in any order, some twice, end as %s', (last) => {
  const callbacks = ['accepted', 'queued', 'sending', 'sent', last]
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...callbacks, ...callbacks], { minLength: 10 }),
      fc.constantFrom<OutboundStatus>('queued', 'sending', 'unknown'),
      (order, start) => {
        expect(order.reduce(advanceStatus, start)).toBe(last)
      },
    ),
  )
})
