import { setTimeout as wait } from 'node:timers/promises'
import { type Case, kill, onStage } from '../case.ts'
import { settled } from '../oracle.ts'
import { randomFor } from '../random.ts'
import type { Stage } from '../stage.ts'
import { converse, customer, reply, text } from '../traffic.ts'

const CUSTOMERS = 8
const EACH = 3
/** A stopping bridge has ten seconds to finish what is in hand. */
const GRACE_MS = 10_000

/** SIGTERM under load, and what was said while the bridge was not there. */
export function downs(o: { stops: number; interruptions: number }): Case[] {
  return [
    {
      name: `stopped with SIGTERM under load, ${o.stops} times`,
      run: () => onStage({}, (stage) => stops(stage, o.stops)),
    },
    { name: 'texts and replies while the bridge is down', run: () => onStage({}, (stage) => absence(stage)) },
    {
      name: 'the same texts come by webhook and are found in the list at once',
      run: () =>
        onStage({}, async (stage) => {
          await absence(stage, () => void redeliver(stage))
          return CUSTOMERS * EACH
        }),
    },
    {
      name: `killed ${o.interruptions} times while it looks for what it missed`,
      run: () => onStage({}, (stage) => absence(stage, () => interrupt(stage, o.interruptions))),
    },
  ]
}

async function stops(stage: Stage, times: number): Promise<number> {
  const random = randomFor('stops')
  let stopped = 0
  const traffic = converse(stage, random, { customers: 12, pauseMs: 1000, over: () => stopped >= times })
  for (; stopped < times; stopped++) {
    await wait(random.between(300, 1000))
    const { code, ms } = await stage.bridge.stop()
    if (code !== 0 || ms > GRACE_MS) throw new Error(`SIGTERM: exit code ${code} after ${Math.round(ms)} ms`)
    await stage.start()
  }
  await traffic
  return times
}

/** @param meanwhile what happens as soon as it is back */
async function absence(stage: Stage, meanwhile: () => unknown = () => {}): Promise<number> {
  await everybody((n) => text(stage, n, `${n} canary hello`))
  await settled(stage)
  await kill(stage)
  for (let i = 0; i < EACH; i++) {
    await everybody((n) => text(stage, n, `${n} canary missed text ${i}`))
    await everybody((n) => reply(stage, n, `${n} canary missed reply ${i}`))
  }
  await stage.start()
  await meanwhile()
  return 1
}

const everybody = (act: (n: number) => unknown) => Promise.all(Array.from({ length: CUSTOMERS }, (_, n) => act(n)))

/** Twilio's fallback address, or a person at its console, brings the same texts once more: in order, each customer's. */
function redeliver({ twilio }: Stage): Promise<unknown> {
  return everybody(async (n) => {
    const texts = twilio.messages.filter((sms) => sms.direction === 'inbound' && sms.from === customer(n))
    for (const { sid } of texts) await twilio.deliver(sid)
  })
}

async function interrupt(stage: Stage, times: number): Promise<void> {
  const random = randomFor('interruptions')
  for (let n = 0; n < times; n++) {
    await wait(random.between(0, 400))
    await kill(stage)
    await stage.start()
  }
}
