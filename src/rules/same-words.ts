import { toSmsText } from './text.ts'

/** Whether two bodies say the same, one of them perhaps turned into HTML by Intercom on its way back to us. */
export function sameWords(a: string, b: string): boolean {
  return a === b || squeeze(a) === squeeze(b)
}

function squeeze(body: string): string {
  return toSmsText(body).text.replace(/\s+/gu, ' ').trim()
}
