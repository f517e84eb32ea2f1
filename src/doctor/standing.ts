import { maskPhone } from '../rules/phone.ts'
import { type Check, type Finding, isWell, shown } from './check.ts'

export interface Report {
  ok: boolean
  /** Unix milliseconds. */
  checkedAt: number
  checks: Check[]
}

/** How the bridge stands, by the checks of `doctor`, looked at from time to time while it runs. */
export interface Standing {
  /** Looks now; whoever asks meanwhile shares the look. */
  look(): Promise<Report>
  /** Looks when it is time to. */
  lookIfDue(): Promise<void>
  /** What was seen last; null before the first look. */
  last(): Report | null
  /** What keeps texts from flowing, in words. What was seen once may have passed: only what was seen twice running counts. */
  stopsTexts(): string[]
  /** All that fails, likewise. */
  failing(): string[]
}

const HOUR_MS = 60 * 60_000

/** @param o.now Unix milliseconds */
export function createStanding(o: { examine: () => Promise<Finding[]>; now: () => number }): Standing {
  let report: Report | null = null
  let failed: Finding[] = []
  let confirmed: Finding[] = []
  let looking: Promise<Report> | null = null

  async function lookOnce(): Promise<Report> {
    const findings = await o.examine()
    const before = new Set(failed.map(({ name }) => name))
    failed = findings.filter(({ status }) => status === 'fail')
    confirmed = failed.filter(({ name }) => before.has(name))
    report = { ok: isWell(findings), checkedAt: o.now(), checks: findings.map(shown) }
    return report
  }

  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = null
    })
    return looking
  }

  return {
    look,
    async lookIfDue() {
      // Whoever mends something wants to see it soon.
      if (report?.ok && o.now() - report.checkedAt < HOUR_MS) return
      await look()
    },
    last: () => report,
    stopsTexts: () => confirmed.filter(({ stopsTexts }) => stopsTexts).map(reason),
    failing: () => confirmed.map(reason),
  }
}

/** Goes into the log and to the team, where no whole number belongs. */
const reason = ({ name, message }: Finding) => `${name}: ${message}`.replace(/\+\d{7,15}/g, maskPhone)
