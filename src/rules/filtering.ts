/** An alarm ends at a lower share than it began with, so that it does not come and go with every text. */
const BEGINS = { texts: 5, share: 0.1 }
const ENDS = { texts: 3, share: 0.05 }

/** Below this share nobody is alarmed, whatever the exact figure. */
export const NO_ALARM_SHARE = ENDS.share

/** What people read; always the same words, so that the same trouble is told once. */
export const FILTERING_ALARM =
  'Carriers filter many of our texts as spam (Twilio error 30007): more than a tenth of those of the last hour. ' +
  'Reword them without shortened links, and check the registration of the campaign in the Twilio console.'

/** Whether so many of the texts of one hour are filtered that it is no accident. @param raised it was so already */
export function filteringAlarm(o: { filtered: number; texts: number; raised: boolean }): boolean {
  const { texts, share } = o.raised ? ENDS : BEGINS
  return o.filtered >= texts && o.filtered >= share * o.texts
}
