import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import type { Config } from '../../src/config/types.ts'
import { VendorError, type VendorErrorInit } from '../../src/errors.ts'
import type { Ctx } from '../../src/flows/context.ts'
import type { FactBodies, FactKind } from '../../src/flows/facts.ts'
import { createFlows } from '../../src/flows/flows.ts'
import type { Letter } from '../../src/flows/ports.ts'
import { createLog } from '../../src/log.ts'
import { effectById, type StoredEffect, updateEffect } from '../../src/queue/jobs.ts'
import type { Decision, Effect, EffectFlow, Plan, Step } from '../../src/queue/work.ts'
import { type Db, openDatabase, type Tx } from '../../src/store/database.ts'
import { isContextNote } from './context-note.ts'
import { type FakeIntercom, type FakeTwilio, fakeIntercom, fakeTwilio } from './shores.ts'

export const SUPPORT = '+12025550199'
export const MARIA = '+12025550123'
export const NOW = 1_700_000_000_000
export const DAY = 86_400_000

export interface Flows {
  db: Db
  ctx: Ctx
  clock: { now: number }
  twilio: FakeTwilio
  intercom: FakeIntercom
  /** What the team was told, and where. */
  told: { to: string; letter: Letter }[]
  /** A fact is decided. */
  tell<K extends FactKind>(kind: K, body: FactBodies[K]): Promise<Decision>
  /** Unfinished effects, the oldest first. */
  effects(kind?: string): Promise<StoredEffect[]>
  /** What the oldest effect of this kind would do next. */
  plan(kind: string): Promise<Plan>
  /** The oldest effect of this kind makes its next call, and its answer is written down. */
  make(kind: string): Promise<string>
  /** Calls until the oldest effect of this kind has none left; names of the steps. */
  finish(kind: string): Promise<string[]>
  /** The next call of the oldest effect of this kind is refused. */
  refuse(kind: string, error: VendorError): Promise<string>
  /** The next call of the oldest effect of this kind began and its answer was lost. Returns what is known of it. */
  doubt(kind: string): Promise<StoredEffect>
  /** Looks for what the call in doubt left behind. */
  lookUp(kind: string): Promise<object | null>
  /** Notes that wait to be posted, but for the one with which a conversation begins. */
  notes(): Promise<string[]>
  /** Rows of all messages, the oldest first. */
  messages(): Promise<Awaited<ReturnType<typeof messageRows>>>
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const messageRows = (db: Db) => db.selectFrom('messages').selectAll().orderBy('id').execute()

/** The flows on a database in memory, between two services in the hand and with a clock that stands still. */
export async function startFlows(yaml = '', config: Partial<Config> = {}): Promise<Flows> {
  const db = await openDatabase('sqlite::memory:')
  const clock = { now: NOW }
  const twilio = fakeTwilio()
  const intercom = fakeIntercom(clock)
  const told: Flows['told'] = []
  const ctx: Ctx = {
    config: { ...configOf(yaml), ...config },
    log: createLog({ level: 'silent', pii: false }),
    now: () => clock.now,
    twilio,
    intercom,
    responder: null,
    notifier: { post: async (target, letter) => void told.push({ to: target.address, letter }) },
    mediaLink: (media) => `https://bridge.example/media/${Object.values(media).join('.')}`,
  }
  const work = createFlows(ctx)
  const tx = <T>(run: (tx: Tx) => Promise<T>) => db.transaction().execute(run)
  let facts = 0

  const flows: Flows = {
    db,
    ctx,
    clock,
    twilio,
    intercom,
    told,
    tx,
    tell: (kind, body) => {
      const fact = { id: ++facts, key: `fact-${facts}`, kind, lane: 'a lane', body: JSON.stringify(body) }
      return tx((t) => work.decide(t, { ...fact, receivedAt: clock.now, trace: null }))
    },
    effects: (kind) => unfinished(db, kind),
    plan: async (kind) => {
      const [effect, flow] = [await oldest(db, kind), flowOf(kind)]
      return tx((t) => flow.plan(t, effect))
    },
    make: (kind) => call(kind, async (step, request, effect) => ({ answer: await step.send(request, effect) })),
    finish: async (kind) => {
      const { id } = await oldest(db, kind)
      const steps: string[] = []
      while ((await tx((t) => effectById(t, id)))?.state === 'ready') steps.push(await flows.make(kind))
      return steps.filter((step) => step !== 'nothing to do')
    },
    refuse: (kind, error) => call(kind, async () => ({ error })),
    doubt: async (kind) => {
      const effect = await oldest(db, kind)
      const plan = await begin(kind, effect)
      if (typeof plan === 'string') throw new Error(`There is no call to doubt: ${plan}`)
      await tx((t) => updateEffect(t, effect.id, { state: 'uncertain', doubt_at: clock.now }, clock.now))
      return oldest(db, kind)
    },
    lookUp: async (kind) => {
      const effect = await oldest(db, kind)
      const found = await flowOf(kind).steps[effect.step]?.lookup?.(effect.request, effect.startedAt)
      return found ?? null
    },
    notes: async () => {
      const notes = (await unfinished(db, 'note.post')).map(({ body }): string => JSON.parse(body).html)
      return notes.filter((html) => !isContextNote(html))
    },
    messages: () => messageRows(db),
    close: () => db.destroy(),
  }
  return flows

  function flowOf(kind: string): EffectFlow {
    const flow = work.effects[kind]
    if (!flow) throw new Error(`No flow for ${kind}`)
    return flow
  }

  /** Plans and writes the call down as the queue does. */
  async function begin(kind: string, effect: StoredEffect) {
    return tx(async (t) => {
      const plan = await flowOf(kind).plan(t, effect)
      if (plan === 'nothing to do' || 'waitUntil' in plan) return plan === 'nothing to do' ? plan : 'waits'
      const { step, request } = plan
      const changes = { state: 'sending', attempt: effect.attempt + 1, started_at: clock.now } as const
      await updateEffect(t, effect.id, { ...changes, request: JSON.stringify({ step, request }) }, clock.now)
      return plan
    })
  }

  async function call(
    kind: string,
    outcome: (
      step: Step,
      request: object,
      effect: StoredEffect,
    ) => Promise<{ answer: object } | { error: VendorError }>,
  ): Promise<string> {
    const effect = await oldest(db, kind)
    const plan = await begin(kind, effect)
    if (typeof plan === 'string') {
      if (plan === 'nothing to do') await tx((t) => updateEffect(t, effect.id, { state: 'done' }, clock.now))
      return plan
    }
    const step = flowOf(kind).steps[plan.step]
    if (!step) throw new Error(`No step ${plan.step}`)
    const under = await oldest(db, kind)
    const ended = await outcome(step, plan.request, under)
    await tx(async (t) => {
      const verdict =
        'answer' in ended
          ? await step.accepted(t, under, plan.request, ended.answer)
          : await refused(t, flowOf(kind), step, under, plan.request, ended.error)
      await updateEffect(t, under.id, { state: verdict === 'next' ? 'ready' : verdict }, clock.now)
    })
    return plan.step
  }
}

/** As the queue does it: what can be mended is planned again, anything else is given up. */
async function refused(tx: Tx, flow: EffectFlow, step: Step, effect: Effect, request: object, error: VendorError) {
  const mended = error.permanent && (await step.mend?.(tx, effect, request, error))
  return mended ? 'next' : flow.gaveUp(tx, effect, error)
}

async function unfinished(db: Db, kind?: string): Promise<StoredEffect[]> {
  const rows = await db
    .selectFrom('effects')
    .select(['id', 'kind'])
    .where('state', 'in', ['ready', 'sending', 'uncertain'])
    .orderBy('id')
    .execute()
  const found = await db.transaction().execute((tx) => Promise.all(rows.map(({ id }) => effectById(tx, id))))
  return found.flatMap((effect) => (effect && (kind === undefined || effect.kind === kind) ? [effect] : []))
}

async function oldest(db: Db, kind: string): Promise<StoredEffect> {
  const [effect] = await unfinished(db, kind)
  if (!effect) throw new Error(`No ${kind} waits`)
  return effect
}

export function refusal(init: Partial<VendorErrorInit> = {}): VendorError {
  return new VendorError('It was refused.', { vendor: 'intercom', code: 'no', permanent: true, certain: true, ...init })
}

function configOf(yaml: string): Config {
  const { behaviour, faults } = parseBehaviour(yaml, 'bridge.yaml')
  if (!behaviour) throw new Error(faults?.join('\n'))
  return {
    publicUrl: 'https://bridge.example',
    host: '127.0.0.1',
    port: 0,
    twilio: { accountSid: `AC${'0'.repeat(32)}`, authTokens: ['token'], phoneNumbers: [SUPPORT] },
    intercom: {
      accessToken: 'token',
      clientSecrets: ['secret'],
      region: 'us',
      apiUrl: 'https://x',
      customApiUrl: false,
    },
    databaseUrl: 'sqlite::memory:',
    defaultCountry: 'US',
    logLevel: 'silent',
    logPii: false,
    behaviour,
  }
}
