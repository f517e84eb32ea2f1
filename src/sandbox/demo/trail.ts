import { z } from 'zod'
import { parseJson } from '../../json.ts'
import { describe, type Line, lineSchema, type Words } from './words.ts'

/** One thing the bridge did. */
export interface Step extends Words {
  id: string
  /** Unix milliseconds. */
  at: number
  /** Whom it is about. */
  who: string | null
  /** The bridge's number of the text it is about. */
  message: number | null
  /** How often it happened in a row. */
  times: number
}

export interface Trail {
  readonly steps: readonly Step[]
  /** Takes the bridge's log, line by line. */
  write(line: string): void
  /** Something that happened outside of the bridge. */
  tell(words: Words): void
}

/** The page keeps showing what is going on, not the whole day. */
const MOST = 200

/** Reads the bridge's own log as a story; there is no other way into the bridge, and none is needed. */
export function createTrail({ nameOf, now }: { nameOf: (phone: string) => string | null; now: () => number }): Trail {
  const steps: Step[] = []
  const people = new Map<string, string>()
  const posted = new Set<number>()
  let lastId = 0

  function add(words: Words, about: Pick<Step, 'at' | 'who' | 'message'>): void {
    steps.push({ ...words, ...about, id: String(++lastId), times: 1 })
    steps.splice(0, steps.length - MOST)
  }

  /** Few lines name the customer; the others name a text or a conversation that an earlier line was about. */
  function whoIs({ customer, message, conversation }: Line): string | null {
    const keys = [message && `message ${message}`, conversation && `conversation ${conversation}`].filter(isText)
    const known = keys.map((key) => people.get(key)).find(isText)
    const who = (customer ? nameOf(customer) : null) ?? known ?? null
    if (who) for (const key of keys) people.set(key, who)
    return who
  }

  return {
    steps,
    tell: (words) => add(words, { at: now(), who: null, message: null }),
    write(text) {
      const { data: line } = z.preprocess((line) => parseJson(String(line)), lineSchema).safeParse(text)
      if (!line) return
      const who = whoIs(line)
      const words = describe(line, { alreadyPosted: posted.has(line.message ?? 0) })
      if (line.msg === 'text posted' && line.message) posted.add(line.message)
      if (!words) return
      const at = line.time
      const same = words.repeats && steps.find(({ repeats }) => repeats === words.repeats)
      if (same) Object.assign(same, { ...words, at, times: same.times + 1 })
      else add(words, { at, who, message: line.message ?? null })
    },
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
