import type { AssigneeKind, Intercom } from '../flows/ports.ts'
import { adminList, teamList } from './answers.ts'
import { type Call, type Remembered, remembered } from './session.ts'

const LIST_TEAMS = { doing: 'list the teams', repeatable: true }
const LIST_ADMINS = { doing: 'list the admins', repeatable: true }

const GOOD_FOR_MS = 10 * 60_000

/**
 * Both lists come whole, without pages.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/teams/listteams
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/admins/listadmins
 */
export function assigneeList(call: Call, now: () => number): Intercom['assignees'] {
  const lists = {
    team: lasting(() => call(LIST_TEAMS, teamList, (sdk) => sdk.teams.list()), now),
    admin: lasting(() => call(LIST_ADMINS, adminList, (sdk) => sdk.admins.list()), now),
  }
  return (kind: AssigneeKind) => lists[kind]()
}

/** Whoever asks meanwhile shares the answer; a failure is not kept. */
function lasting<T>(load: () => Promise<T>, now: () => number): () => Promise<T> {
  const value: Remembered<T> = remembered(load)
  let since = now()
  return () => {
    if (now() - since > GOOD_FOR_MS) {
      value.forget()
      since = now()
    }
    return value.get()
  }
}
