/**
 * What the bridge says by itself: nobody in the inbox wrote it, and it is no text of a program that a customer's answer
 * would be about.
 */
export const ANSWERS = ['automatic', 'survey', 'consent'] as const

/** What may wait for the end of quiet hours, and is dropped where it came too late. */
export const AUTOMATIC = ['automatic', 'survey', 'welcome'] as const

export const isAnswer = (origin: string): boolean => ANSWERS.some((one) => one === origin)
export const isAutomatic = (origin: string): boolean => AUTOMATIC.some((one) => one === origin)
