import { ask } from './ask.js'
import { confirm } from './confirm.js'
import { tell } from './parts.js'

/** What a person can do about a text, by its status; `ask` is what is asked before. */
export const MESSAGE_ACTIONS = {
  resend: {
    words: 'Resend',
    done: 'Sent again',
    statuses: ['unknown', 'failed', 'undelivered'],
    ask: (count) => ({
      title: count === 1 ? 'Send this text again?' : `Send ${count} texts again?`,
      words:
        'A text that is “unknown” may have gone out already: whoever got it will get it a second time. Each is sent as a new message of Twilio.',
      yes: 'Resend',
    }),
  },
  'mark-sent': { words: 'Mark as sent', done: 'Marked as sent', statuses: ['unknown'] },
  cancel: { words: 'Cancel', done: 'Canceled', statuses: ['scheduled'] },
}

export const JOB_ACTIONS = {
  retry: { words: 'Retry', done: 'Tried again' },
  discard: {
    words: 'Discard',
    done: 'Discarded',
    ask: (count) => ({
      title: count === 1 ? 'Discard this dead letter?' : `Discard ${count} dead letters?`,
      words: 'What they were to do will not be done, and they leave this list for good.',
      yes: 'Discard',
    }),
  },
}

export const actionsFor = (status) =>
  Object.entries(MESSAGE_ACTIONS).filter(([, { statuses }]) => statuses.includes(status))

/**
 * Does one thing to many, one after the other in the order given, and reports after each. Who is asked to slow down, waits.
 * @param o.path of one of them, by its id
 * @param o.stopped asked before each
 * @returns how many worked, and why the others did not
 */
export async function inBulk(ids, { path, report, stopped }) {
  const failures = []
  let done = 0
  for (const id of ids) {
    if (stopped()) break
    const failure = await patiently(path(id))
    if (failure) failures.push({ id, words: failure })
    else done++
    report({ done, failed: failures.length })
  }
  return { done, failures }
}

async function patiently(path) {
  for (;;) {
    try {
      await ask(path, { method: 'POST' })
      return null
    } catch (error) {
      if (error.status !== 429) return error.message
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, error.retryAfter) * 1000))
    }
  }
}

/** One of them, after asking where that is needed. False when the person thought better of it. */
export async function once(path, action) {
  if (action.ask && !(await confirm(action.ask(1)))) return false
  await ask(path, { method: 'POST' })
  tell(`${action.done}.`)
  return true
}
