import { describe } from '@jest/globals'
import { commit } from './commit.ts'
import { contacts } from './contacts.ts'
import { onEveryDatabase } from './databases.ts'
import { media } from './media.ts'
import { messages } from './messages.ts'
import { threads } from './threads.ts'

/** What the store promises, on whatever it keeps things. */
onEveryDatabase((newDatabase) => {
  for (const suite of [commit, contacts, media, messages, threads]) describe(suite.name, () => suite(newDatabase))
})
