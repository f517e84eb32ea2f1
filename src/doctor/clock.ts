import { type Finding, fail, ok, warn } from './check.ts'

const NAME = 'clock'
/** A `Date` header has whole seconds and was written before the answer came. */
const UNSEEN_MS = 5_000
/** From here on the bridge may take an old text for the one it has just sent: src/flows/clock-skew.ts. */
const HARMFUL_MS = 60_000

const FIX = 'Switch time synchronisation on (`timedatectl set-ntp true`, or the host of the container or VM).'

/** Whether this machine's clock agrees with the services': the least difference that any of their answers showed. */
export function clockCheck(skews: readonly number[]): Finding[] {
  const skew = [...skews].sort((a, b) => Math.abs(a) - Math.abs(b))[0]
  if (skew === undefined) return []
  const size = Math.abs(skew)
  if (size <= UNSEEN_MS) return [ok(NAME, 'The clock of this machine agrees with the services.')]
  const words = `The clock of this machine is ${inWords(size)} ${skew > 0 ? 'behind' : 'ahead of'} the services’ clocks`
  if (size < HARMFUL_MS) return [warn(NAME, `${words}.`, FIX)]
  return [
    fail(
      NAME,
      `${words}: what became of a text, and what was missed while the bridge was down, may be misjudged.`,
      FIX,
    ),
  ]
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
}
