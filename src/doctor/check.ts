/** One thing that was looked at, as programs read it. */
export interface Check {
  /** Stable, such as `twilio.credentials` or `webhook +12025550199`. */
  name: string
  status: 'ok' | 'warn' | 'fail'
  /** What is so, and why it matters. */
  message: string
  /** What a person does about it; null where there is nothing to do. */
  fix: string | null
}

/** A check with what only we know of it. */
export interface Finding extends Check {
  /** Texts do not flow, in one direction at least, until a person has mended it. */
  stopsTexts: boolean
  /** What `doctor --fix` and `setup` do about it; absent where that is for a person. */
  mend?: () => Promise<unknown>
}

type More = Partial<Pick<Finding, 'stopsTexts' | 'mend'>>

const finding = (status: Check['status'], name: string, message: string, fix: string | null, more: More = {}) => ({
  name,
  status,
  message,
  fix,
  stopsTexts: false,
  ...more,
})

export const ok = (name: string, message: string): Finding => finding('ok', name, message, null)

/** Works, but a person should look at it; or could not be looked at. */
export const warn = (name: string, message: string, fix: string, more?: More): Finding =>
  finding('warn', name, message, fix, more)

/** Does not work. */
export const fail = (name: string, message: string, fix: string, more?: More): Finding =>
  finding('fail', name, message, fix, more)

/** What programs are given: no functions, nothing that is our own. */
export const shown = ({ name, status, message, fix }: Finding): Check => ({ name, status, message, fix })

export const isWell = (checks: readonly Check[]): boolean => checks.every(({ status }) => status !== 'fail')

/** Somebody else's address as it may be shown: what is behind its `?`, or before its `@`, may be a secret. */
export function bareUrl(url: string): string {
  if (!URL.canParse(url)) return 'something that is no address'
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
