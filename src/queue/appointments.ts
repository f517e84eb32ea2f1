/**
 * Lanes that wait for their slots at a door. A lane that comes late for its slot has lost it, and with it a call for
 * everybody, so in a rush these go before those that have no slot yet. Only of this process, and only a help: a lane that
 * is missing here is found when it is the longest waiting one.
 */
export interface Appointments {
  /** @param at Unix ms */
  make(lane: string, at: number): void
  /** Up to `limit` of those whose time has come by `now`. They are no longer waiting. */
  keep(now: number, limit: number): string[]
}

export function createAppointments(): Appointments {
  // Slots are given one after the other: those of one door are in order, and there is hardly ever more than one.
  const waiting = new Map<string, number>()
  return {
    make(lane, at) {
      waiting.delete(lane)
      waiting.set(lane, at)
    },
    keep(now, limit) {
      const lanes: string[] = []
      for (const [lane, at] of waiting) {
        if (at > now || lanes.length === limit) break
        waiting.delete(lane)
        lanes.push(lane)
      }
      return lanes
    },
  }
}
