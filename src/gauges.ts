import type { GaugeSource } from './metrics.ts'
import { countLanes } from './queue/lanes.ts'
import { shutUntil } from './queue/pace.ts'
import { countDead, waitingSince } from './queue/waiting.ts'
import { filteredShare } from './store/filtering.ts'
import type { Storage } from './store/storage.ts'
import { countUnknown } from './store/unknown-texts.ts'

/** Kinds of lanes in which nothing waits on purpose, as a scheduled text does. */
const LANES = ['inbox', 'phone', 'desk', 'conversation']
const VENDORS = ['twilio', 'intercom']

/** What the rows say of the state of the bridge; each question is answered by an index. `now` in Unix ms. */
export function gaugesOf({ db, health }: Storage, now: () => number): GaugeSource[] {
  return [
    { name: 'bridge_lanes', help: 'Lanes that have work, waiting ones included.', read: () => countLanes(db) },
    {
      name: 'bridge_oldest_wait_seconds',
      help: 'How long the oldest work of a kind of lane has waited (inbox: texts in, phone: texts out); 0: none waits.',
      label: 'lane',
      read: () => each(LANES, async (lane) => secondsSince(await waitingSince(db, `${lane}:`), now())),
    },
    {
      name: 'bridge_dead_jobs',
      help: 'What the bridge has given up on, until somebody looks.',
      read: () => countDead(db),
    },
    {
      name: 'bridge_unknown_texts',
      help: 'Texts of which only a person can say whether they went out.',
      read: () => countUnknown(db),
    },
    {
      name: 'bridge_door_shut_until_timestamp_seconds',
      help: 'Until when nothing is sent to a service because it is away, or asked for a pause; in the past: it is open.',
      label: 'vendor',
      read: () => each(VENDORS, async (vendor) => (await shutUntil(db, vendor)) / 1000),
    },
    {
      name: 'bridge_storage_trouble',
      help: '1 while the database cannot be used.',
      read: async () => (health.trouble() === null ? 0 : 1),
    },
    {
      name: 'bridge_filtered_ratio',
      help: 'Share of the texts of the last hour that carriers filtered as spam (30007), 0 to 1.',
      read: () => filteredShare(db, now()),
    },
  ]
}

function secondsSince(since: number | null, now: number): number {
  return since === null ? 0 : Math.max(0, (now - since) / 1000)
}

async function each(labels: string[], read: (label: string) => Promise<number>): Promise<Record<string, number>> {
  const values: Record<string, number> = {}
  for (const label of labels) values[label] = await read(label)
  return values
}
