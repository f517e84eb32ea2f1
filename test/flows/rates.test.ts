import { expect, test } from '@jest/globals'
import { rateOf } from '../../src/flows/rates.ts'
import { startFlows } from '../support/flows.ts'

test.each([
  ['notify:slack:1', 1000],
  ['notify:webhook:1', 0],
  ['notify:email:1', 0],
  ['twilio:+12025550111', 100],
  ['twilio', 500],
])('the door %s may be used every %i ms', async (door, everyMs) => {
  const flows = await startFlows('limits: { twilioPerSecond: { default: 2, "+12025550111": 10 } }')
  expect(rateOf(flows.ctx, door)).toEqual({ everyMs })
  await flows.close()
})
