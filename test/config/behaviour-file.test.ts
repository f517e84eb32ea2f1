import { describe, expect, test } from '@jest/globals'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'

const faultsOf = (yaml: string) => parseBehaviour(yaml, 'bridge.yaml').faults
const behaviourOf = (yaml: string) => {
  const { behaviour, faults } = parseBehaviour(yaml, 'bridge.yaml')
  if (behaviour === undefined) throw new Error(faults.join('\n'))
  return behaviour
}

describe('the behaviour file', () => {
  test('is all defaults when it is empty', () => {
    const behaviour = behaviourOf('# nothing but a comment\n')
    expect(behaviour).toMatchObject({
      threads: { reopenWithinDays: 5, scope: 'number' },
      tag: 'sms-channel',
      replies: { relayBots: true, markRead: true, maxSegments: 10, signature: '' },
      hours: null,
      keywords: [],
      survey: null,
      retention: { days: null, redactAtTwilio: false },
      limits: { intercomPerMinute: 9000, twilioPerSecond: { default: 1 } },
      timing: { requestTimeoutSeconds: 10, leaseSeconds: 60, settleSeconds: 60, retryBaseSeconds: 1, maxAttempts: 12 },
    })
  })

  test('keeps the other defaults of a section it changes', () => {
    expect(behaviourOf('replies: { maxSegments: 3 }').replies).toEqual({
      relayBots: true,
      markRead: true,
      maxSegments: 3,
      signature: '',
    })
  })

  test.each([
    ['threads:', 'threads', { reopenWithinDays: 5, scope: 'number' }],
    ['keywords:', 'keywords', []],
    ['survey: null', 'survey', null],
    ['hours: null', 'hours', null],
    ['quietHours: ~', 'quietHours', null],
  ] as const)('takes %j, a heading without entries, for the default', (yaml, key, value) => {
    expect(behaviourOf(yaml)[key]).toEqual(value)
  })

  test('knows a phone number without quotes, as a value and as a key', () => {
    const behaviour = behaviourOf(`
routing: [{ when: { to: +12025550111 }, then: { team: 12345 } }]
limits: { twilioPerSecond: { +1 202-555-0111: 10 } }`)
    expect(behaviour.routing[0]?.when.to).toBe('+12025550111')
    expect(behaviour.routing[0]?.then.team).toBe('12345')
    expect(behaviour.limits.twilioPerSecond).toEqual({ default: 1, '+12025550111': 10 })
  })

  test('takes digits for words, and one rate for every sender', () => {
    const behaviour = behaviourOf('survey: { answers: [1, 2, 3] }\nlimits: { twilioPerSecond: 0.5 }')
    expect(behaviour.survey).toMatchObject({ question: 'How did we do? 1-5', answers: ['1', '2', '3'], low: 2 })
    expect(behaviour.limits.twilioPerSecond).toEqual({ default: 0.5 })
  })

  test('notifies of every event unless told otherwise', () => {
    const [first] = behaviourOf('notify: [{ kind: slack, url: "https://hooks.slack.com/x" }]').notify
    expect(first).toMatchObject({ digestMinutes: 0, when: {} })
    expect(first?.events).toHaveLength(6)
  })
})

describe('a fault in the behaviour file', () => {
  test.each([
    ['replies: { maxSegment: 3 }', 'replies.maxSegment is not a setting; did you mean maxSegments?'],
    ['repleis: { maxSegments: 3 }', 'repleis is not a setting; did you mean replies?'],
    [
      'hours: { timezone: UTC, week: { monday: [] } }',
      /^hours.week.monday is not a setting; settings here are mon, tue/,
    ],
    ['keywords: [{ words: [A], replay: x }]', 'keywords[0].replay is not a setting; did you mean reply?'],
    ['routing: [{ then: { taem: x } }]', 'routing[0].then.taem is not a setting; did you mean team?'],
    ['notify: [{ kind: email, to: a@b.co, sekret: x }]', /^notify\[0\].sekret is not a setting/],
    ['retention: { xyzzy: }', 'retention.xyzzy is not a setting; settings here are days, redactAtTwilio'],
    ['- tag', 'the file must be a group of settings, not a list'],
    ['tag:', 'tag must be a text, not empty'],
    ['tag: ""', 'tag must not be empty'],
    ['replies: { relayBots: yes }', 'replies.relayBots must be true or false, not a text'],
    ['replies: { maxSegments: 2.5 }', 'replies.maxSegments must be a whole number, not 2.5'],
    ['replies: { maxSegments: 0 }', 'replies.maxSegments must be at least 1'],
    ['replies: { maxSegments: 101 }', 'replies.maxSegments must be at most 100'],
    ['replies: { signature: "{{ agent" }', /^replies.signature is not a Liquid template: output .* not closed$/],
    ['welcome: "{{ number | shout }}"', 'welcome is not a Liquid template: undefined filter: shout'],
    ['threads: { scope: both }', 'threads.scope must be number or customer'],
    ['optOut: { stop: [] }', 'optOut.stop must have at least one entry'],
    ['optOut: { stop: [{}] }', 'optOut.stop[0] must be a text'],
    ['hours: { week: {} }', 'hours.timezone is missing'],
    ['hours: { timezone: Mars, week: {} }', /^hours.timezone must be a time zone name/],
    ['hours: { timezone: UTC, week: { mon: ["9-17"] } }', /^hours.week.mon\[0\] must be two times of day/],
    ['hours: { timezone: UTC, week: { mon: ["09:00-09:00"] } }', /^hours.week.mon\[0\] must end at another time/],
    ['hours: { timezone: UTC, week: {}, closedOn: [2026-02-30] }', /^hours.closedOn\[0\] must be a date/],
    ['quietHours: { from: "24:00", to: "08:00" }', /^quietHours.from must be a time of day/],
    ['quietHours: { from: "08:00", to: "08:00" }', 'quietHours must end at another time than it begins'],
    [
      'quietHours: { from: "21:00", to: "08:00", timezone: business }',
      /^quietHours.timezone is business, but no hours/,
    ],
    ['keywords: [{ reply: x }]', 'keywords[0].words is missing'],
    ['routing: [{ then: {} }]', /^routing\[0\].then needs at least one of team/],
    ['routing: [{ when: { to: SHOP }, then: { tag: x } }]', /^routing\[0\].when.to must be one of your senders/],
    ['notify: [{ kind: pager }]', 'notify[0].kind must be slack or webhook or email'],
    ['notify: [{ kind: slack, url: ftp://x }]', /^notify\[0\].url must be a full address/],
    ['notify: [{ kind: email, to: sam }]', 'notify[0].to must be an e-mail address'],
    ['notify: [{ kind: webhook, url: "https://a.co", secret: whsec_? }]', /^notify\[0\].secret begins with whsec_/],
    ['responder: { url: "https://a.co" }', 'responder.secret is missing'],
    ['limits: { allowedCountries: [US, XX] }', /^limits.allowedCountries\[1\] must be a two-letter country code/],
    ['limits: { twilioPerSecond: fast }', /^limits.twilioPerSecond must be a number above 0, or/],
    ['limits: { twilioPerSecond: { SHOP: 1 } }', /^limits.twilioPerSecond.SHOP must be one of your senders/],
    ['limits: { twilioPerSecond: { default: no } }', /^limits.twilioPerSecond.default must be a number/],
    ['timing: { leaseSeconds: 0 }', 'timing.leaseSeconds must be more than 0'],
  ])('%s', (yaml, sentence) => {
    const faults = faultsOf(yaml)
    expect(faults).toHaveLength(1)
    const [place, said] = faults?.[0]?.split(/(?<=^bridge.yaml line 1): /) ?? []
    expect(place).toBe('bridge.yaml line 1')
    expect(said).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
  })

  test('names its line, and all are named at once in the order of the file', () => {
    const faults = faultsOf(`tag: ok
optOut:
  help:
    - HELP
    - [x]
replies:
  # a comment
  maxSegments: many
  color: red
keywords:
  - words: [A]
  - match: exact
`)
    expect(faults?.map((fault) => fault.match(/line (\d+): (\S+)/)?.slice(1))).toEqual([
      ['5', 'optOut.help[1]'],
      ['8', 'replies.maxSegments'],
      ['9', 'replies.color'],
      ['12', 'keywords[1].words'],
    ])
  })

  test.each([
    ['a key given twice', 'tag: a\nmedia: {}\ntag: b', 'bridge.yaml line 3: is not YAML: Map keys must be unique'],
    ['a bracket left open', 'tag: a\noptOut:\n  stop: [STOP\n', /^bridge.yaml line \d: is not YAML: Flow sequence/],
    ['a tab as indentation', 'media:\n\tinbound: note', /^bridge.yaml line 2: is not YAML: /],
    ['an unknown anchor', 'tag: *nowhere', /^bridge.yaml.*: is not YAML: Unresolved alias/],
  ])('may be one of YAML: %s', (_, yaml, sentence) => {
    expect(faultsOf(yaml)?.[0]).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
  })

  test('never quotes a value, which may be a secret', () => {
    const said = faultsOf('responder: { url: s3cret-url, secret: [s3cret], x: s3cret }')?.join()
    expect(said).toContain('responder.secret must be a text')
    expect(said).not.toContain('s3cret')
  })
})
