import { expect, test } from '@jest/globals'
import { NOT_LOOKING_BACK, primed } from '../support/stories.ts'
import { SUPPORT, worlds } from '../support/world.ts'

const start = worlds()

/** Calls that Intercom allows in ten seconds. */
const ALLOWED = 200
const CUSTOMERS = 27

test('a burst of texts is spread so that Intercom never has to say that it is too much', async () => {
  const world = await start({ intercom: { rateLimitPer10s: ALLOWED }, yaml: NOT_LOOKING_BACK })
  await primed(world)
  const { twilio, intercom } = world
  const before = intercom.requests.length
  const customers = Array.from({ length: CUSTOMERS }, (_, n) => `+120255501${String(n).padStart(2, '0')}`)
  await Promise.all(customers.map((customer) => twilio.text({ from: customer, to: SUPPORT, body: 'Hello?' })))
  await intercom.until(() => intercom.conversations.filter(({ tags }) => tags.length > 0).length === CUSTOMERS, 30_000)

  const made = intercom.requests.slice(before)
  expect(made.filter(({ status }) => status === 429)).toEqual([])
})
