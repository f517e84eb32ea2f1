import { CONSOLE_TOKEN } from './api.ts'
import type { World } from './world.ts'

/** What `GET /metrics` says, one line each. */
export async function scrape({ bridge }: World): Promise<string[]> {
  const headers = { authorization: `Bearer ${CONSOLE_TOKEN}` }
  const answer = await fetch(`http://127.0.0.1:${bridge.port}/metrics`, { headers })
  if (answer.status !== 200) throw new Error(`/metrics was answered ${answer.status}`)
  return (await answer.text()).split('\n')
}

/** The value of one series, as `bridge_lanes` or `bridge_facts_total{kind="sms.received"}`. */
export async function gaugeOf(world: World, series: string): Promise<number | undefined> {
  const line = (await scrape(world)).find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}
