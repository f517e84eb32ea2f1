import type { Check } from '../doctor/check.ts'

/** One line for a person: how it is, what it is about, what is so, what to do. */
export const findingLine = ({ status, name, message, fix }: Check): string =>
  `${status.padEnd(4)}  ${name}: ${message}${fix === null ? '' : ` ${fix}`}`
