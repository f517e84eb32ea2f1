/** Numbers that can be had again from the same seed. */
export interface Random {
  /** From `low` up to, not including, `high`. */
  between(low: number, high: number): number
  /** True this often. */
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
}

/** One seed for the whole run: printed with every failure, set again with FAULT_SEED. */
export const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** A stream of its own for everything with a name, so that one more draw here changes nothing there. */
export function randomFor(name: string): Random {
  const next = mulberry32([...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), seed))
  return {
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}

/** Tommy Ettinger's generator of 32 bits, in the public domain: between 0 and 1. */
function mulberry32(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
