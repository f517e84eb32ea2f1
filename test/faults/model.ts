import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { notesOf } from '../support/stories.ts'
import { MARIA, SUPPORT, startWorld, type World } from '../support/world.ts'
import { seed } from './random.ts'
import { until } from './until.ts'
import { arm, CALLS, type CallName, type FaultName } from './vendor-faults.ts'

/** What must be on the other shore in the end: nothing but what was said, in order. */
interface Model {
  texts: Record<string, string[]>
  replies: Record<string, string[]>
}
type Command = fc.AsyncCommand<Model, World>

const LUIS = '+12025550124'
const customers = fc.constantFrom(MARIA, LUIS)
const words = fc.constantFrom('ok', 'Hello?', 'Is it ready?')
const calls = fc.constantFrom(...Object.keys(CALLS).filter((name): name is CallName => name in CALLS))
/** None that takes longer than the short times of this test allow. */
const faults = fc.constantFrom<FaultName[]>(
  'acts, then resets the connection',
  'acts, but answers 500',
  'acts, and answers half',
  'resets the connection',
  'answers 503',
  'never answers',
  'answers 429',
)

const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(customers, words).map(([phone, body]) => texts(phone, body)),
  customers.map(comesTwice),
  fc.tuple(customers, words).map(([phone, body]) => replies(phone, body)),
  fc.tuple(calls, faults).map(([call, fault]) => fails(call, fault)),
  fc.constant(restarts()),
  fc.constant(timePasses()),
]

const QUICK =
  'timing: { retryBaseSeconds: 0.02, settleSeconds: 0.4, requestTimeoutSeconds: 0.3 }\nreconcile: { everyMinutes: 60 }'

/** Any story of texts, duplicates, replies, faults of the vendors and restarts ends as the model says. */
export function exploreModel(runs: number): void {
  test('whatever happens in whatever order, what was said arrives once and in order', async () => {
    const story = fc.commands(commands, { maxCommands: 15 })
    const play = async (script: Iterable<Command>) => {
      const world = await startWorld({ yaml: QUICK })
      const model: Model = { texts: {}, replies: {} }
      try {
        await fc.asyncModelRun(() => ({ model, real: world }), script)
        await settled(model, world)
        await world.restart()
        await settled(model, world)
        judge(model, world)
      } finally {
        await world.close()
      }
    }
    await fc.assert(fc.asyncProperty(story, play), { numRuns: runs, seed, endOnFailure: runs < 20 })
  }, 1_800_000)
}

function texts(phone: string, body: string): Command {
  return {
    check: () => true,
    async run(model, { twilio }) {
      expect(await twilio.text({ from: phone, to: SUPPORT, body })).toMatchObject({ status: 200 })
      model.texts[phone] = [...(model.texts[phone] ?? []), body]
    },
    toString: () => `${phone} texts "${body}"`,
  }
}

function comesTwice(phone: string): Command {
  return {
    check: (model) => model.texts[phone] !== undefined,
    async run(_model, { twilio }) {
      const last = twilio.messages.findLast((sms) => sms.direction === 'inbound' && sms.from === phone)
      expect(await twilio.deliver(last?.sid ?? '')).toMatchObject({ status: 200 })
    },
    toString: () => `the last webhook of ${phone} comes twice`,
  }
}

/** Sam replies once there is a conversation, and the bridge has heard of it before anything else happens. */
function replies(phone: string, body: string): Command {
  return {
    check: (model) => model.texts[phone] !== undefined,
    async run(model, { intercom }) {
      const conversation = await intercom.until(() => intercom.conversationsOf(phone)[0], 30_000)
      intercom.agent.reply(conversation.id, body)
      await intercom.delivered()
      model.replies[phone] = [...(model.replies[phone] ?? []), body]
    },
    toString: () => `Sam replies "${body}" to ${phone}`,
  }
}

function fails(call: CallName, fault: FaultName): Command {
  return {
    check: () => true,
    run: async (_model, world) => void arm(world, call, fault, 1),
    toString: () => `"${call}": a vendor ${fault}`,
  }
}

function restarts(): Command {
  return {
    check: () => true,
    run: (_model, world) => world.restart(),
    toString: () => 'the bridge restarts',
  }
}

function timePasses(): Command {
  return {
    check: () => true,
    run: settled,
    toString: () => 'time passes',
  }
}

/** Everything said has arrived, or a note says that it has not. */
function settled(model: Model, world: World): Promise<void> {
  const there = (phone: string) =>
    posted(world, phone).length >= (model.texts[phone]?.length ?? 0) &&
    sent(world, phone).length + notes(world, phone) >= (model.replies[phone]?.length ?? 0)
  return until('everything has arrived', () => [MARIA, LUIS].every(there))
}

function judge(model: Model, world: World): void {
  for (const phone of [MARIA, LUIS]) {
    const wanted = model.replies[phone] ?? []
    expect(posted(world, phone)).toEqual(model.texts[phone] ?? [])
    expect(isPartOf(sent(world, phone), wanted)).toBe(true)
    expect(sent(world, phone).length + notes(world, phone)).toBe(wanted.length)
    expect(world.intercom.conversationsOf(phone).length).toBeLessThanOrEqual(1)
  }
}

/** In the same order, perhaps with gaps. */
function isPartOf(some: string[], all: string[]): boolean {
  const left = [...all]
  return some.every((body) => {
    const at = left.indexOf(body)
    left.splice(0, at + 1)
    return at >= 0
  })
}

function posted({ intercom }: World, phone: string): string[] {
  return intercom
    .conversationsOf(phone)
    .flatMap(({ source, parts }) => [
      source.text,
      ...parts.filter(({ author }) => author.type === 'user').flatMap(({ text }) => text ?? []),
    ])
}

function sent({ twilio }: World, phone: string): string[] {
  return twilio.sent.filter(({ to }) => to === phone).map(({ body }) => body)
}

function notes({ intercom }: World, phone: string): number {
  return intercom.conversationsOf(phone).flatMap(notesOf).length
}
