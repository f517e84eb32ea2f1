import { expect, test } from '@jest/globals'
import type { NotifyEntry } from '../../src/config/behaviour.ts'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import { type News, verdictOf } from '../../src/rules/team-events.ts'
import { message } from './news.ts'

function entries(...written: string[]): NotifyEntry[] {
  const list = written.map((entry) => `{ kind: slack, url: "https://hooks.slack.com/x"${entry && `, ${entry}`} }`)
  const { behaviour, faults } = parseBehaviour(`notify: [${list.join(', ')}]`, 'bridge.yaml')
  if (!behaviour) throw new Error(faults?.join('\n'))
  return behaviour.notify
}

const text: News = { type: 'message.received', data: { message: message('I need it URGENTLY'), conversationId: null } }
const failure: News = { type: 'sms.failed', data: { message: message('Hi'), conversationId: '7' } }
const nowhere: News = { type: 'sms.failed', data: { message: message('Hi'), conversationId: null } }
const optOut: News = {
  type: 'opt_out.changed',
  data: { customer: '+12025550123', number: null, optedOut: true, source: 'api', conversationId: null },
}
const unhealthy: News = { type: 'bridge.unhealthy', data: { healthy: false, reasons: ['The disk is full.'] } }

test.each<[string, News, string]>([
  ['', text, 'at once'],
  ['digestMinutes: 5', text, 'digest'],
  ['events: [sms.failed]', text, 'not'],
  ['events: [sms.failed], digestMinutes: 5', text, 'not'],
  ['when: { contains: urgent }', text, 'at once'],
  ['when: { contains: urgent }', failure, 'not'],
  ['when: { contains: urgent }, digestMinutes: 5', text, 'at once'],
  ['when: { contains: urgent }, digestMinutes: 5', failure, 'digest'],
  ['when: { to: "+12025550199" }', text, 'at once'],
  ['when: { to: "+12025550198" }', text, 'not'],
  ['when: { to: "+12025550199" }', optOut, 'not'],
  ['when: { contains: urgent, to: "+12025550198" }', text, 'not'],
  ['when: { contains: urgent, to: "+12025550199" }', text, 'at once'],
  ['when: { tag: vip }', text, 'ask for tags'],
  ['when: { tag: vip }', failure, 'ask for tags'],
  ['when: { tag: vip }', nowhere, 'not'],
  ['when: { tag: vip }, digestMinutes: 5', nowhere, 'digest'],
  ['when: { tag: vip, contains: never }', text, 'not'],
  ['when: { contains: never }, digestMinutes: 60', unhealthy, 'at once'],
  ['events: [sms.failed]', unhealthy, 'not'],
])('an entry with "%s" makes of %j: %s', (entry, news, verdict) => {
  expect(verdictOf(entries(entry), news)).toBe(verdict)
})

test.each<[string, string[], string]>([
  ['when: { tag: vip }', ['sms-channel', 'VIP'], 'at once'],
  ['when: { tag: vip }', ['sms-channel'], 'not'],
  ['when: { tag: vip }, digestMinutes: 5', [], 'digest'],
])('an entry with "%s" makes of a conversation tagged %j: %s', (entry, tags, verdict) => {
  expect(verdictOf(entries(entry), text, tags)).toBe(verdict)
})

test('of several entries for one address the most urgent counts', () => {
  const both = entries('when: { contains: urgent }', 'digestMinutes: 5')
  expect([verdictOf(both, text), verdictOf(both, failure)]).toEqual(['at once', 'digest'])
  expect(verdictOf(entries('when: { tag: vip }', 'digestMinutes: 5'), failure)).toBe('ask for tags')
})
