import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { VendorError } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { createInbox } from '../../src/queue/inbox.ts'
import { addEffects } from '../../src/queue/jobs.ts'
import { claimLanes, endAllLeases } from '../../src/queue/lanes.ts'
import { nextCall, takeTurn } from '../../src/queue/turn.ts'
import type { EffectFlow, Work } from '../../src/queue/work.ts'
import { createCommit } from '../../src/store/commit.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import type { NewDatabase } from './databases.ts'

/** @param o.runs how many stories are made up */
export function model(newDatabase: NewDatabase, o: { runs: number }): void {
  /**
   * Whatever is recorded, however the vendor answers, wherever workers die, hang or lose their lease: the vendor gets every
   * wish of a lane in order, and none twice. The vendor is the reference: it knows what came and what was called when.
   */

  type Kind = 'text' | 'part' | 'tag'
  type Ending = 'accepted' | 'swallowed' | 'lost' | 'busy' | 'unauthorized'
  type Action =
    | { do: 'record'; lane: string; kind: Kind }
    | { do: 'turn'; owner: string; ending: Ending; goesOn: boolean }
    | { do: 'stall'; owner: string; arrives: boolean; goesOn: boolean }
    | { do: 'resume'; sure: boolean }
    | { do: 'crash' }
    | { do: 'wait'; seconds: number }

  const owner = fc.constantFrom('one', 'two')
  const actions = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('record'),
          lane: fc.constantFrom('maria', 'luis'),
          kind: fc.constantFrom('text', 'part', 'tag'),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('turn'),
          owner,
          ending: fc.constantFrom('accepted', 'swallowed', 'lost', 'busy', 'unauthorized'),
          goesOn: fc.boolean(),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('stall'), owner, arrives: fc.boolean(), goesOn: fc.boolean() }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('resume'), sure: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('crash') }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(1, 5, 30, 61) }) },
    ) satisfies fc.Arbitrary<Action>,
    { minLength: 1, maxLength: 60 },
  )

  interface Stalled {
    arrives: boolean
    answer(ending: Ending): void
  }

  /** The vendor, and what is known of the calls made to it. */
  interface Vendor {
    arrived: string[]
    called: string[]
    /** How the next call goes. */
    next: Ending | { stall: boolean }
    stalled: Stalled[]
  }

  /** Names are `lane 7`: the seventh wish of that lane. */
  const laneOf = (name: string) => name.split(' ', 1).join()
  const placeOf = (name: string) => Number(name.split(' ')[1])

  function work(vendor: Vendor): Work {
    const flow = (repeatable: boolean): EffectFlow => ({
      vendor: 'twilio',
      resends: Number.POSITIVE_INFINITY,
      gaveUp: async () => 'dead',
      plan: async (_tx, effect) => ({ step: 'call', request: JSON.parse(effect.body) }),
      steps: {
        call: {
          repeatable,
          send: (request) => call(vendor, nameIn(request), repeatable),
          lookup: async (request) => (vendor.arrived.includes(nameIn(request)) ? {} : null),
          accepted: async () => 'done',
        },
      },
    })
    return {
      about: async (_tx, lane) => lane,
      effects: { text: { ...flow(false), resends: 1, unknown: async () => {} }, part: flow(false), tag: flow(true) },
      dead: async () => {},
      rateOf: () => ({ everyMs: 0 }),
      async decide(tx, { kind, lane, key, receivedAt }) {
        await addEffects(tx, [{ kind, lane, body: { name: key } }], receivedAt)
        return 'done'
      },
    }
  }

  const nameIn = (request: object) => ('name' in request ? String(request.name) : '')

  async function call(vendor: Vendor, name: string, repeatable: boolean): Promise<object> {
    const { next } = vendor
    const arrives = typeof next === 'object' ? next.stall : next === 'accepted' || next === 'swallowed'
    expect(vendor.called.filter((other) => laneOf(other) === laneOf(name) && placeOf(other) > placeOf(name))).toEqual(
      [],
    )
    if (!repeatable) expect(vendor.arrived).not.toContain(name)
    vendor.called.push(name)
    if (arrives) vendor.arrived.push(name)
    const ending =
      typeof next === 'object' ? await new Promise<Ending>((answer) => vendor.stalled.push({ arrives, answer })) : next
    if (ending === 'accepted') return {}
    const certain = ending === 'busy' || ending === 'unauthorized'
    const status = ending === 'unauthorized' ? { status: 401 } : {}
    throw new VendorError('No.', { vendor: 'twilio', code: ending, permanent: false, certain, ...status })
  }

  async function play(db: Db, script: readonly Action[]) {
    const clock = { now: 1_700_000_000_000 }
    const vendor: Vendor = { arrived: [], called: [], next: 'accepted', stalled: [] }
    const faults: unknown[] = []
    const now = () => clock.now
    const log = createLog({ level: 'silent', pii: false })
    const inbox = createInbox({ commit: createCommit(db), now, wake: () => {} })
    const limits = { leaseMs: 60_000, settleMs: 60_000, retryBaseMs: 1000, maxAttempts: 1_000_000 }
    const options = {
      ...limits,
      commit: createCommit(db),
      log,
      now,
      work: watched(work(vendor), faults),
      wake: () => {},
      appointed: () => {},
      watch: { storage() {}, attempt() {}, decided() {} },
    }
    const wishes: string[] = []

    /**
     * One turn of one lane. Comes back when it is over, or when its call hangs.
     * @param goesOn the worker dies when it is about to make the next call
     */
    async function turn(who: string, next: Vendor['next'], goesOn = false): Promise<void> {
      vendor.next = next
      const [lease] = await claimLanes(db, { owner: who, now: clock.now, leaseMs: limits.leaseMs, limit: 1 })
      if (!lease) return
      const hanging = vendor.stalled.length
      let done = false
      const over = async () => {
        const call = await nextCall(options, lease)
        if (call) await takeTurn(options, lease, call, () => goesOn)
      }
      void over()
        .catch(() => {})
        .then(() => (done = true))
      while (!done && vendor.stalled.length === hanging) await new Promise((resolve) => setImmediate(resolve))
    }

    async function act(action: Action): Promise<void> {
      if (action.do === 'record') {
        const name = `${action.lane} ${wishes.length}`
        wishes.push(name)
        await inbox.record([{ key: name, kind: action.kind, lane: action.lane, body: '{}' }])
      }
      if (action.do === 'turn') await turn(action.owner, action.ending, action.goesOn)
      if (action.do === 'stall') await turn(action.owner, { stall: action.arrives }, action.goesOn)
      if (action.do === 'resume') await resume(action.sure)
      if (action.do === 'crash') await endAllLeases(db)
      if (action.do === 'wait') clock.now += action.seconds * 1000
    }

    /** The answer tells the truth, or nothing. */
    async function resume(sure: boolean): Promise<void> {
      const call = vendor.stalled.shift()
      if (!call) return
      call.answer(call.arrives ? (sure ? 'accepted' : 'swallowed') : sure ? 'busy' : 'lost')
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    }

    for (const action of script) await act(action)
    for (let i = 0; (await unfinished(db)) && i < 2000; i++) {
      await turn('last', 'accepted')
      clock.now += 5000
    }
    while (vendor.stalled.length > 0) await resume(true)
    return { vendor, wishes, faults }
  }

  /** An expectation that fails inside a call would pass for an uncertain outcome. */
  function watched(inner: Work, faults: unknown[]): Work {
    for (const flow of Object.values(inner.effects)) {
      for (const step of Object.values(flow.steps)) {
        const { send } = step
        step.send = (request, effect) =>
          send(request, effect).catch((error: unknown) => {
            if (!(error instanceof VendorError)) faults.push(error)
            throw error
          })
      }
    }
    return inner
  }

  async function unfinished(db: Db): Promise<boolean> {
    return (await db.selectFrom('lanes').select('key').executeTakeFirst()) !== undefined
  }

  test('in order, never lost, never twice, whatever happens', async () => {
    const holds = fc.asyncProperty(actions, async (script) => {
      const db = await openDatabase(await newDatabase())
      try {
        const { vendor, wishes, faults } = await play(db, script)
        expect(faults).toEqual([])
        const effects = await db.selectFrom('effects').select(['kind', 'state', 'body']).orderBy('id').execute()
        expect(effects).toHaveLength(wishes.length)
        for (const { kind, state, body } of effects) {
          const { name } = JSON.parse(body)
          const times = vendor.arrived.filter((other) => other === name).length
          expect({ name, state, times }).toEqual({ name, ...allowed(kind, state, times) })
        }
      } finally {
        await db.destroy()
      }
    })
    await fc.assert(holds, { numRuns: o.runs })
  }, 60_000)

  /** Done, and there once; a tag may be there more often, and a text may end as unknown. */
  function allowed(kind: string, state: string, times: number): { state: string; times: number } {
    if (kind === 'tag') return { state: 'done', times: Math.max(times, 1) }
    if (kind === 'text' && state === 'unknown') return { state, times: Math.min(times, 1) }
    return { state: 'done', times: 1 }
  }
}
