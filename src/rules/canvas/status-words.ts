import type { LastText } from '../../store/last-texts.ts'
import { formatLocal } from '../local-time.ts'

const OUTBOUND: Record<string, string> = {
  queued: 'On its way',
  sending: 'On its way',
  sent: 'Sent; the carrier has not confirmed it yet',
  delivered: 'Delivered',
  undelivered: 'Not delivered.',
  failed: 'Not sent.',
  blocked: 'Not sent; a note in the conversation says why',
  unknown: 'Nobody can tell whether it went out',
  canceled: 'Canceled',
}

/** What became of a text, in words. */
export function statusWords({ direction, status, error, sendAt }: LastText, zone: string): string {
  if (direction === 'inbound') return 'From the customer'
  if (status === 'scheduled' && sendAt !== null) return `Waits until ${formatLocal(sendAt, zone)}`
  const words = OUTBOUND[status] ?? status
  return error === null ? words : `${words} ${error}`
}
