import { createHash } from 'node:crypto'
import type { Behaviour, NotifyEntry } from '../config/behaviour.ts'
import type { Target } from './ports.ts'

/** Whom `notify` names: what several entries would tell the same address is told there once. */
export function targetsOf({ notify }: Pick<Behaviour, 'notify'>): Target[] {
  const targets = new Map<string, Target>()
  for (const entry of notify) {
    const address = entry.kind === 'email' ? entry.to : entry.url
    const key = keyOf(entry.kind, address)
    const known = targets.get(key)
    if (known) known.entries.push(entry)
    else {
      const secret = entry.kind === 'webhook' ? { secret: entry.secret } : {}
      targets.set(key, { key, kind: entry.kind, address, entries: [entry], ...secret })
    }
  }
  return [...targets.values()]
}

/** The same after every start, wherever the entry stands in the file. */
function keyOf(kind: NotifyEntry['kind'], address: string): string {
  return createHash('sha256').update(`${kind} ${address}`).digest('hex').slice(0, 12)
}
